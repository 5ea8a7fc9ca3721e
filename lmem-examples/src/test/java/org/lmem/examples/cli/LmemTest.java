package org.lmem.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lmem.examples.Catalog;
import picocli.CommandLine.TypeConversionException;

class LmemTest {
    @Test
    void noCommand_isWrongUsage() {
        assertThat(Session.of()).isEqualTo(Session.usage("no command was given", "lmem"));
    }

    @Test
    void unknownOption_isWrongUsage() {
        assertThat(Session.of("run", "--nonsense", "x.lua"))
                .isEqualTo(Session.usage("Unknown option: '--nonsense'", "lmem run"));
    }

    @Test
    void verbose_showsTheStackTrace() {
        assertThat(Session.of("run", "--verbose", "/nowhere/x.lua").err())
                .startsWith("lmem: cannot open /nowhere/x.lua\norg.lmem.examples.cli.Failure: cannot open")
                .contains("org.lmem.examples.cli.RunCommand.program(");
    }

    @Test
    void version_namesLuaAndJava() {
        assertThat(Session.of("--version").out()).matches("lmem .+, Lua 5\\.1\\.5, Java 2[5-9].*\\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run", "tour", "completion"})
    void help_hasExamples(String command) {
        Session help = command.isEmpty() ? Session.of("--help") : Session.of(command, "--help");
        assertThat(help.status()).isZero();
        assertThat(help.err()).isEmpty();
        assertThat(help.out()).startsWith("Usage: lmem").containsPattern("Examples?:\\n  \\S");
    }

    @Test
    void completion_knowsCommandsAndOptions() {
        Session completion = Session.of("completion");
        assertThat(completion.status()).isZero();
        assertThat(completion.out()).startsWith("#!/usr/bin/env bash").contains("--soft-limit",
                "\"pool\" \"system\" \"region\"",
                "_picocli_lmem_tour");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "65536, 65536", "64k, 65536", "64K, 65536", "64KiB, 65536", "64m, 67108864", "1g, 1073741824",
            "1t, 1099511627776", "12b, 12"})
    void sizes_areReadInPowersOf1024(String text, long bytes) {
        assertThat(new ByteSize.Converter().convert(text)).isEqualTo(new ByteSize(bytes));
    }

    @ParameterizedTest
    @CsvSource({"''", "m", "-1", "1.5m", "64q", "1 m"})
    void sizes_other_areRejected(String text) {
        assertThatThrownBy(() -> new ByteSize.Converter().convert(text)).isInstanceOf(TypeConversionException.class)
                .hasMessage("'" + text + "' is no size (as 65536, 64k, 64m, 1g)");
    }

    @Test
    void sizes_tooLarge_areRejected() {
        assertThatThrownBy(() -> new ByteSize.Converter().convert("9999999999g"))
                .isInstanceOf(TypeConversionException.class).hasMessage("'9999999999g' is too large a size");
    }

    @ParameterizedTest
    @CsvSource({"0, 0 B", "1023, 1023 B", "1024, 1.0 KiB", "1572864, 1.5 MiB", "1e15, 909.5 TiB"})
    void sizes_forPeople(double bytes, String text) {
        assertThat(ByteSize.text(bytes)).isEqualTo(text);
    }

    @Test
    void messages_areOneLine() {
        assertThat(Lmem.message(new NoSuchFileException("a.lmtr"))).isEqualTo("no such file: a.lmtr");
        assertThat(Lmem.message(new AccessDeniedException("a"))).isEqualTo("AccessDeniedException: a");
        assertThat(Lmem.message(new IOException("it ends early\nsecond line"))).isEqualTo("it ends early");
        assertThat(Lmem.message(new IllegalStateException())).isEqualTo("IllegalStateException: IllegalStateException");
    }

    @Test
    void tour_list_hasEveryExample() {
        Session list = Session.of("tour", "--list");
        assertThat(list.status()).isZero();
        assertThat(list.out().lines()).hasSameSizeAs(Catalog.examples()).first().asString().startsWith("E01  ");
    }

    @Test
    void tour_ids_areToldInTheGivenOrder() {
        String out = Session.of("tour", "E21", "e01").out();
        assertThat(out).contains("── E21 ", "── E01 ");
        assertThat(out.indexOf("── E21 ")).isLessThan(out.indexOf("── E01 "));
        assertThat(out).doesNotContain("── E02 ");
    }

    @Test
    void tour_list_isChineseOnDemand() {
        assertThat(Session.of("tour", "--list", "--lang", "zh", "E19", "l07")).isEqualTo(
                new Session(0, "E19  增长函数\nL07  虚拟机：小块，短命\n", ""));
    }

    @Test
    void tour_list_isJsonOnDemand() {
        assertThat(Session.of("tour", "--list", "--json", "E19")).isEqualTo(new Session(0,
                "{\"id\":\"E19\",\"title\":\"The growth function\",\"chapter\":\"lmem.c, line by line\"}\n", ""));
    }

    @Test
    void tour_unknownLanguage_isWrongUsage() {
        assertThat(Session.of("tour", "--lang", "fr"))
                .isEqualTo(Session.usage("no such language: lang=fr, known=[en, zh]", "lmem tour"));
        assertThat(Session.of("tour", "--json")).isEqualTo(Session.usage("--json goes with --list", "lmem tour"));
    }

    @Test
    void tour_unknownId_isWrongUsage() {
        assertThat(Session.of("tour", "E99")).isEqualTo(Session.usage("there is no example E99", "lmem tour"));
    }
}
