package org.lmem.examples.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/// Writes a report as one HTML file that needs nothing else.
public final class HtmlReport {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final Gson HTML_SAFE = new GsonBuilder().serializeNulls().create(); // no <, > or & in what it writes

    private HtmlReport() {}

    /// Writes a report.
    ///
    /// @param report what is shown
    /// @param file is replaced where it is there
    /// @throws IOException where it cannot be written
    public static void write(Report report, Path file) throws IOException {
        Files.writeString(file, toHtml(report));
    }

    /// The file as text.
    ///
    /// @param report what is shown
    /// @return HTML in UTF-8
    public static String toHtml(Report report) {
        List<String> styles = List.of(resource(UPLOT + "uPlot.min.css"), resource("report.css"));
        List<String> scripts = List.of(resource(UPLOT + "uPlot.iife.min.js"), resource("report.js"));
        StringBuilder html = new StringBuilder(1 << 17);
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; ")
                .append("form-action 'none'; script-src ").append(hashes(scripts)).append("; style-src ")
                .append(hashes(styles)).append("\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
                .append(escaped(report.title())).append("</title>\n");
        styles.forEach(style -> html.append("<style>").append(style).append("</style>\n"));
        html.append("</head>\n").append(resource("report.html"))
                .append("<script type=\"application/json\" id=\"data\">").append(HTML_SAFE.toJson(report.data()))
                .append("</script>\n");
        scripts.forEach(script -> html.append("<script>").append(script).append("</script>\n"));
        return html.append("</body>\n</html>\n").toString();
    }

    private static String hashes(List<String> sources) {
        return sources.stream().map(HtmlReport::hash).collect(Collectors.joining(" "));
    }

    private static String hash(String source) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(source.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /// A file that belongs to the page, with line ends as a browser hashes them.
    private static String resource(String name) {
        try (InputStream in = open(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String name) {
        // a file in META-INF is visible to all modules: its folder is the name of no package
        InputStream in = name.startsWith("/")
                ? ClassLoader.getSystemResourceAsStream(name.substring(1))
                : HtmlReport.class.getResourceAsStream(name);
        if (in == null)
            throw new IllegalStateException("a part of the report is not at hand: file=" + name);
        return in;
    }
}
