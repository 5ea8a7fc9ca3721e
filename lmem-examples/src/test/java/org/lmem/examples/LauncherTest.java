package org.lmem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {
    @TempDir
    private Path folder;

    @Test
    void javaOfThisTest_isNewEnough() {
        assertThat(Launcher.isNewEnough(new File(System.getProperty("java.home")))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"17.0.15, false", "24, false", "25, true", "26.0.1, true", "1.8.0_402, false"})
    void release_saysWhetherAJdkIsNewEnough(String version, boolean isNewEnough) throws IOException {
        Files.writeString(folder.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        assertThat(Launcher.isNewEnough(folder.toFile())).isEqualTo(isNewEnough);
    }

    @Test
    void folderWithoutRelease_isNoJdk() {
        assertThat(Launcher.isNewEnough(folder.toFile())).isFalse();
    }

    @Test
    void places_beginWithTheNamedOne_andHoldThoseBelowHome() throws IOException {
        Path jdk = Files.createDirectories(folder.resolve(".jdks/temurin-25"));
        assertThat(Launcher.places("/named", folder.toString()).toList()).startsWith(new File("/named"))
                .contains(jdk.toFile());
        assertThat(Launcher.places(null, folder.toString())).doesNotContain(new File("/named"));
    }
}
