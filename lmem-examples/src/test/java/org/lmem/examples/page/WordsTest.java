package org.lmem.examples.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lmem.examples.Catalog;

class WordsTest {
    private static final Words CHINESE = Words.of("zh");

    private static boolean hasHan(String text) {
        return text.codePoints().anyMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HAN);
    }

    @Test
    void chinese_hasEveryExampleChapterAndWord_andNoOther() {
        Set<String> wanted = Stream.of(Catalog.examples().stream().map(Example::id),
                Arrays.stream(Chapter.values()).map(chapter -> "chapter." + chapter.name()),
                Stream.of("page.lookAt", "page.remember", "page.errs")).flatMap(keys -> keys)
                .collect(Collectors.toCollection(TreeSet::new));
        var texts = Words.load("zh.properties");
        assertThat(new TreeSet<>(texts.stringPropertyNames())).isEqualTo(wanted);
        assertThat(texts.values()).allSatisfy(text -> assertThat(hasHan((String) text)).as((String) text).isTrue())
                .doesNotHaveDuplicates();
    }

    @Test
    void english_isTheExamplesOwn() {
        assertThat(Catalog.examples()).allSatisfy(example -> {
            assertThat(Words.ENGLISH.title(example)).isEqualTo(example.title());
            assertThat(CHINESE.title(example)).isNotEqualTo(example.title());
        });
        assertThat(Words.ENGLISH.title(Chapter.HEADER)).isEqualTo("lmem.h, line by line");
        assertThat(Words.of("en")).isSameAs(Words.ENGLISH);
    }

    @Test
    void otherLanguages_areRefused() {
        assertThatThrownBy(() -> Words.of("fr")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such language: lang=fr, known=[en, zh]");
    }

    @Test
    void page_isHeadedInChinese_inTheSameWidth() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Example example = Catalog.examples().getFirst();
        new Page(new PrintStream(bytes, true, StandardCharsets.UTF_8), CHINESE).example(example);
        String page = bytes.toString(StandardCharsets.UTF_8);
        assertThat(page).contains("── E01  所有内存只有一个入口 ─").contains("对照 Lua 源码：" + example.lookAt()).contains("记住：");
        assertThat(Page.width(page.lines().skip(1).findFirst().orElseThrow())).isEqualTo(100);
    }

    @Test
    void width_ofAChineseCharacterIsTwo() {
        assertThat(Page.width("lmem.h")).isEqualTo(6);
        assertThat(Page.width("逐行读 lmem.h：")).isEqualTo(6 + 1 + 6 + 2);
    }
}
