package org.lmem.examples.page;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/// The titles and the fixed words of a page in one language. What the examples say is English in all of them.
public final class Words {
    /// The languages that there are: English and Chinese.
    public static final List<String> LANGUAGES = List.of("en", "zh");
    /// English.
    public static final Words ENGLISH = new Words(new Properties());

    private final Properties texts;

    private Words(Properties texts) {
        this.texts = texts;
    }

    /// The words of a language.
    ///
    /// @param language one of [#LANGUAGES]
    /// @return its words
    /// @throws IllegalArgumentException where there is no such language
    public static Words of(String language) {
        if (!LANGUAGES.contains(language))
            throw new IllegalArgumentException("no such language: lang=" + language + ", known=" + LANGUAGES);
        return language.equals("en") ? ENGLISH : new Words(load(language + ".properties"));
    }

    static Properties load(String file) {
        try (Reader in = new InputStreamReader(Objects.requireNonNull(Words.class.getResourceAsStream(file), file),
                StandardCharsets.UTF_8)) {
            Properties texts = new Properties();
            texts.load(in);
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What an example is called.
    ///
    /// @param example to be named
    /// @return its title
    public String title(Example example) {
        return texts.getProperty(example.id(), example.title());
    }

    /// What a chapter is called.
    ///
    /// @param chapter to be named
    /// @return its title
    public String title(Chapter chapter) {
        return texts.getProperty("chapter." + chapter.name(), chapter.title());
    }

    String lookAt() {
        return texts.getProperty("page.lookAt", "In Lua: ");
    }

    String remember() {
        return texts.getProperty("page.remember", "Remember: ");
    }

    String errs(String id) {
        return texts.getProperty("page.errs", "The document errs ({0}): ").replace("{0}", id);
    }
}
