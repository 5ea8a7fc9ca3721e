package org.lmem.examples.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.lmem.allocators.DebugReport;
import org.lmem.allocators.DebugReport.SizeClass;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.lua.RealLua;
import org.lmem.examples.monitoring.E36MemoryReport.Reports;

@DisplayName("E36 The memory report")
class E36MemoryReportTest {
    static boolean realLuaIsThere() {
        return RealLua.isAvailable();
    }

    @Test
    @DisplayName("64 bytes are small, 65 and 1024 medium, 1025 large")
    void classes_haveTheseBoundaries() {
        DebugReport report = E36MemoryReport.boundaries(SystemAlloc.INSTANCE);
        assertThat(report.small()).isEqualTo(new SizeClass(1, 1, 64));
        assertThat(report.medium()).isEqualTo(new SizeClass(2, 2, 65 + 1024));
        assertThat(report.large()).isEqualTo(new SizeClass(1, 1, 1025));
    }

    @Nested
    @DisplayName("when it is of a state of the real Lua with its libraries")
    @EnabledIf(value = "org.lmem.examples.monitoring.E36MemoryReportTest#realLuaIsThere", disabledReason = "no library of Lua 5.1.5 for this platform")
    class RealState {
        private final Reports reports = E36MemoryReport.run(SystemAlloc.INSTANCE).orElseThrow();

        @Test
        @DisplayName("26597 bytes live, in blocks that are all in one of the classes")
        void bytes_areThoseOfTheState() {
            DebugReport open = reports.open();
            assertThat(open.liveBytes()).isEqualTo(26_597);
            assertThat(List.of(open.small(), open.medium(), open.large()))
                    .extracting(SizeClass::liveBlocks, SizeClass::liveBytes)
                    .containsExactly(Tuple.tuple(369L, 13_518L), Tuple.tuple(15L, 7191L), Tuple.tuple(3L, 5888L));
            assertThat(open.small().liveBytes() + open.medium().liveBytes() + open.large().liveBytes())
                    .isEqualTo(26_597);
            assertThat(open.small().liveBlocks() + open.medium().liveBlocks() + open.large().liveBlocks())
                    .isEqualTo(open.liveBlocks());
        }

        @Test
        @DisplayName("X59 none of it is a leak, before and after lua_close")
        void leaks_areNone() {
            assertThat(reports.open().leakedBlocks()).isZero();
            assertThat(reports.closed().leakedBlocks()).isZero();
            assertThat(reports.closed().liveBytes()).isZero();
        }
    }
}
