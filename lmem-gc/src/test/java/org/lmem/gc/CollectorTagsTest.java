package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The collector's names in C, and where they stand in 5.1.5: each function of `lgc.c`, and of `lgc.h` the barriers, the
/// safe point and the phases, has exactly one member here.
class CollectorTagsTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern TAG = Pattern.compile("@lua (\\w+ lgc\\.[ch]:\\d+)");

    private static final List<String> FUNCTIONS = List.of("removeentry lgc.c:62", "reallymarkobject lgc.c:69",
            "marktmu lgc.c:113", "luaC_separateudata lgc.c:128", "traversetable lgc.c:158", "traverseproto lgc.c:199",
            "traverseclosure lgc.c:225", "checkstacksizes lgc.c:241", "traversestack lgc.c:256",
            "propagatemark lgc.c:273", "propagateall lgc.c:324", "iscleared lgc.c:337", "cleartable lgc.c:351",
            "freeobj lgc.c:378", "sweeplist lgc.c:407", "checkSizes lgc.c:431", "GCTM lgc.c:445",
            "luaC_callGCTM lgc.c:477", "luaC_freeall lgc.c:483", "markmt lgc.c:492", "markroot lgc.c:500",
            "remarkupvals lgc.c:514", "atomic lgc.c:525", "singlestep lgc.c:556", "luaC_step lgc.c:610",
            "luaC_fullgc lgc.c:635", "luaC_barrierf lgc.c:661", "luaC_barrierback lgc.c:674", "luaC_link lgc.c:685",
            "luaC_linkupval lgc.c:694");
    private static final List<String> MACROS = List.of("GCSpause lgc.h:17", "GCSpropagate lgc.h:18",
            "GCSsweepstring lgc.h:19", "GCSsweep lgc.h:20", "GCSfinalize lgc.h:21", "luaC_checkGC lgc.h:80",
            "luaC_barrier lgc.h:86", "luaC_barriert lgc.h:89", "luaC_objbarrier lgc.h:92", "luaC_objbarriert lgc.h:96",
            "setthreshold lgc.c:59", "sweepwholelist lgc.c:404", "makewhite lgc.c:34", "markvalue lgc.c:52",
            "markobject lgc.c:55");

    private static List<String> tags() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).flatMap(CollectorTagsTest::tagsIn).toList();
        }
    }

    private static Stream<String> tagsIn(Path file) {
        try {
            return TAG.matcher(Files.readString(file)).results().map(result -> result.group(1)).toList().stream();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void functionsAndMacros_haveOneMemberEach() throws IOException {
        assertThat(tags()).doesNotHaveDuplicates().containsAll(FUNCTIONS).containsAll(MACROS);
    }
}
