package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.lmem.core.LuaMemory;

/// What the module's README shows is what runs, and what it links to is there.
class ReadmeTest {
    private static final Path README = Path.of("README.md");
    private static final Path HERE = Path.of("src/test/java/org/lmem/allocators/ReadmeTest.java");

    @Test
    void program_runs() {
        // @start region="readme"
        PoolAllocator pool = new PoolAllocator();
        LimitAllocator limit = new LimitAllocator(pool, 64 << 20); // never more than 64 MiB
        StatsAllocator stats = new StatsAllocator(limit); // counts what is asked
        try (LuaMemory memory = new LuaMemory(stats)) {
            long block = memory.malloc(100);
            memory.freeMem(block, 100);
            System.out.println(stats.snapshot().toJson());
        }
        pool.close(); // gives everything back to the system
        // @end
        assertThat(stats.snapshot().toJson()).startsWith("{\"liveBytes\":0,\"liveBlocks\":0,\"peakBytes\":100,");
    }

    @Test
    void readme_showsTheProgram() throws IOException {
        assertThat(between(Files.readAllLines(README), "```java", "```")).isNotEmpty()
                .isEqualTo(
                        String.join("\n", between(Files.readAllLines(HERE), "// @start region=\"readme\"", "// @end"))
                                .stripIndent().lines().toList());
    }

    @Test
    void readme_linksOnlyToWhatIsThere() throws IOException {
        List<String> targets = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(README)).results()
                .map(result -> result.group(1)).toList();
        assertThat(targets).isNotEmpty().allSatisfy(target -> assertThat(Path.of(target)).exists());
    }

    private static List<String> between(List<String> lines, String start, String end) {
        return lines.stream().dropWhile(line -> !line.strip().equals(start)).skip(1)
                .takeWhile(line -> !line.strip().equals(end)).toList();
    }
}
