package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LuaTagsTest {
    private static final String BEGIN = "<!-- lua-names -->";
    private static final String END = "<!-- /lua-names -->";

    private final List<LuaTags.Tag> tags = LuaTags.all();

    @Test
    @DisplayName("X11 lmem.h holds nine macros and a text, and each has exactly one Java member")
    void header_isMirrored() {
        assertThat(tags).filteredOn(t -> t.file().equals("lmem.h"))
                .extracting(LuaTags.Tag::name, LuaTags.Tag::line, LuaTags.Tag::member)
                .containsExactly(row("MEMERRMSG", 16, "MEMERRMSG"), row("luaM_reallocv", 19, "reallocv"),
                        row("luaM_freemem", 24, "freeMem"), row("luaM_free", 25, "free"),
                        row("luaM_freearray", 26, "freeArray"), row("luaM_malloc", 28, "malloc"),
                        row("luaM_new", 29, "newObject"), row("luaM_newvector", 30, "newVector"),
                        row("luaM_growvector", 33, "growVector"), row("luaM_reallocvector", 37, "reallocVector"));
    }

    @Test
    void source_isMirrored() {
        assertThat(tags).filteredOn(t -> t.file().equals("lmem.c") && t.name().startsWith("luaM_"))
                .extracting(LuaTags.Tag::name, LuaTags.Tag::line, LuaTags.Tag::member)
                .containsExactly(row("luaM_growaux_", 46, "growAux"), row("luaM_toobig", 66, "tooBig"),
                        row("luaM_realloc_", 76, "realloc"));
    }

    @Test
    @DisplayName("X10 MAX_SIZET comes from llimits.h, line 30, not from lmem.h")
    void maxSize_comesFromLimits() {
        assertThat(tags).filteredOn(t -> t.name().equals("MAX_SIZET")).extracting(LuaTags.Tag::place)
                .containsExactly("llimits.h:30");
        assertThat(LuaMemory.MAX_SIZET).isEqualTo(0xFFFF_FFFF_FFFF_FFFDL);
    }

    @Test
    void names_areUnique() {
        assertThat(tags).extracting(LuaTags.Tag::name).doesNotHaveDuplicates();
        assertThat(tags).extracting(LuaTags.Tag::place).doesNotHaveDuplicates();
        assertThat(tags).extracting(LuaTags.Tag::member)
                .filteredOn(m -> m.contains(".")).doesNotHaveDuplicates();
    }

    @Test
    void members_followTheOrderOfTheHeader() throws IOException {
        String source = Files.readString(Path.of("src/main/java/org/lmem/core/LuaMemory.java"));
        assertThat(source).containsSubsequence(
                tags.stream().filter(t -> t.file().startsWith("lmem.") && t.name().startsWith("luaM_"))
                        .map(t -> "@lua " + t.name() + " " + t.place() + "\n").toList());
    }

    @Test
    void table_isWhatTheTagsSay() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        assertThat(readme).contains(BEGIN, END);
        assertThat(readme.substring(readme.indexOf(BEGIN) + BEGIN.length(), readme.indexOf(END)).strip())
                .isEqualTo(table());
    }

    private String table() {
        return String.join("\n", Stream.concat(Stream.of("| Lua name | place | Java member |", "|---|---|---|"),
                tags.stream().map(t -> "| `" + t.name() + "` | `" + t.place() + "` | `" + t.member() + "` |"))
                .toList());
    }

    private static Tuple row(String name, int line, String member) {
        return Tuple.tuple(name, line, "LuaMemory." + member);
    }
}
