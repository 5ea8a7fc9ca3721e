package org.lmem.examples;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Starts the command line: here, or where this Java is too old on a newer one that is found in the usual places.
///
/// Compiled for Java 17, so that an old `java` can load it.
public final class Launcher {
    private static final int NEEDED = 25;
    private static final String MAIN = "org.lmem.examples.cli.Lmem";
    private static final Pattern VERSION = Pattern.compile("(?m)^JAVA_VERSION=\"(\\d+)");

    private Launcher() {}

    /// Starts the command line.
    ///
    /// @param args given to it
    /// @throws ReflectiveOperationException where it is not there
    /// @throws IOException where the newer Java cannot be started
    /// @throws InterruptedException where this thread is interrupted
    public static void main(String[] args) throws ReflectiveOperationException, IOException, InterruptedException {
        int version = Runtime.version().feature();
        if (version >= NEEDED) {
            Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) args);
            return;
        }
        Optional<File> newer = places(System.getenv("JAVA25_HOME"), System.getProperty("user.home"))
                .filter(Launcher::isNewEnough).findFirst();
        if (newer.isPresent())
            System.exit(run(newer.get(), args));
        System.err.println("lmem needs Java " + NEEDED + " or later; this is Java " + version + " ("
                + System.getProperty("java.home") + "): install a JDK " + NEEDED + ", or set JAVA25_HOME to one");
        System.exit(1);
    }

    /// Where a JDK may be: the place that the user names, then those of packages and of tools that install JDKs.
    static Stream<File> places(String named, String home) {
        Stream<File> parents = Stream.of("/usr/lib/jvm", "/usr/java", "/opt", "/Library/Java/JavaVirtualMachines",
                home + "/.jdks", home + "/.sdkman/candidates/java", "C:\\Program Files\\Java",
                "C:\\Program Files\\Eclipse Adoptium").map(File::new);
        Stream<File> found = parents.flatMap(Launcher::children)
                .flatMap(jdk -> Stream.of(jdk, new File(jdk, "Contents/Home")));
        return named == null ? found : Stream.concat(Stream.of(new File(named)), found);
    }

    private static Stream<File> children(File parent) {
        File[] files = parent.listFiles(File::isDirectory);
        return files == null ? Stream.empty() : Arrays.stream(files).sorted();
    }

    /// Whether a folder holds a JDK that is new enough, as its file `release` says.
    static boolean isNewEnough(File jdk) {
        try {
            Matcher version = VERSION
                    .matcher(new String(java.nio.file.Files.readAllBytes(new File(jdk, "release").toPath()),
                            java.nio.charset.StandardCharsets.UTF_8));
            return version.find() && Integer.parseInt(version.group(1)) >= NEEDED;
        } catch (IOException e) {
            return false; // no JDK
        }
    }

    private static int run(File jdk, String[] args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(jdk + "/bin/java", "--enable-native-access=ALL-UNNAMED", "-cp",
                System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).inheritIO().start();
        return process.waitFor();
    }
}
