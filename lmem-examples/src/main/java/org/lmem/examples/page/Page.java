package org.lmem.examples.page;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where examples are told: plain text, 100 columns, no colours, so that it can be read, piped and compared.
public final class Page {
    private static final int WIDTH = 100;
    private static final int DOTS_TO = 62;
    private static final String INDENT = "  ";
    private static final Pattern SPACES = Pattern.compile("\\s+");

    private final PrintStream out;
    private final Words words;
    private boolean inResults;

    /// A page in English.
    ///
    /// @param out where it is printed
    public Page(PrintStream out) {
        this(out, Words.ENGLISH);
    }

    /// A page.
    ///
    /// @param out where it is printed
    /// @param words its titles and fixed words
    public Page(PrintStream out, Words words) {
        this.out = out;
        this.words = words;
    }

    /// Prints the heading of a chapter.
    ///
    /// @param chapter that begins
    public void chapter(Chapter chapter) {
        heading(words.title(chapter));
    }

    /// Prints a heading.
    ///
    /// @param title of what follows
    public void heading(String title) {
        begin();
        out.println("═".repeat(WIDTH));
        out.println(title);
        out.println("═".repeat(WIDTH));
    }

    /// Prints a whole example.
    ///
    /// @param example to tell
    public void example(Example example) {
        begin();
        String title = words.title(example);
        out.println("── " + example.id() + "  " + title + " " + "─".repeat(Math.max(2, WIDTH - 9 - width(title))));
        wrap(words.lookAt() + example.lookAt(), INDENT);
        example.tell(this);
        text(words.remember() + example.remember());
        example.errata().forEach(e -> text(words.errs(e.substring(0, 3)) + e.substring(4)));
    }

    /// Columns that a text takes: two for a Chinese character and its punctuation.
    static int width(String text) {
        return text.codePoints().map(c -> Character.isIdeographic(c) || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0x3000 && c <= 0x303F) ? 2 : 1).sum();
    }

    /// Prints a paragraph, wrapped.
    ///
    /// @param paragraph any length, one paragraph
    public void text(String paragraph) {
        begin();
        wrap(paragraph, INDENT);
    }

    private void wrap(String paragraph, String indent) {
        StringBuilder line = new StringBuilder(indent);
        for (String word : SPACES.split(paragraph, 0)) {
            if (line.length() + word.length() > WIDTH && line.length() > indent.length()) {
                out.println(line.toString().stripTrailing());
                line.setLength(indent.length());
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }

    /// Prints a picture as it stands.
    ///
    /// @param picture lines
    public void picture(String picture) {
        begin();
        picture.lines().forEach(l -> out.println(INDENT + INDENT + l));
    }

    /// Prints the code that runs.
    ///
    /// @param lines of code
    public void code(List<String> lines) {
        begin();
        lines.forEach(l -> out.println((INDENT + "│ " + l).stripTrailing()));
    }

    /// Prints a number that came out, its thousands separated.
    ///
    /// @param what was looked at
    /// @param value that was found
    public void result(String what, long value) {
        result(what, String.format(Locale.ROOT, "%,d", value));
    }

    /// Prints one thing that came out, as `what … value`; below each other where that would be too long.
    ///
    /// @param what was looked at
    /// @param value that was found
    public void result(String what, Object value) {
        if (!inResults)
            begin();
        inResults = true;
        String line = INDENT + "→ " + what + " " + ".".repeat(Math.max(2, DOTS_TO - what.length())) + " " + value;
        if (line.length() <= WIDTH) {
            out.println(line);
        } else {
            out.println(INDENT + "→ " + what + ":");
            wrap(value.toString(), INDENT.repeat(3));
        }
    }

    /// Prints rows of a table; the first row is the heading.
    ///
    /// @param rows cells, the same number in each row; all but the first column are aligned to the right
    public void table(List<List<String>> rows) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows)
            for (int c = 0; c < columns; c++)
                widths[c] = Math.max(widths[c], row.get(c).length());
        begin();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(INDENT);
            for (int c = 0; c < columns; c++) {
                String pad = " ".repeat(widths[c] - row.get(c).length());
                line.append(c == 0 ? row.get(c) + pad : "  " + pad + row.get(c));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    /// An empty line before each part; results that follow each other are one part.
    private void begin() {
        out.println();
        inResults = false;
    }
}
