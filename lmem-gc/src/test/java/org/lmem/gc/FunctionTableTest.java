package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FunctionTableTest {
    private final FunctionTable table = new FunctionTable();

    private static LuaFunction function(int n) {
        return state -> n;
    }

    @Test
    void retain_sameFunction_sameHandleUntilTheLastRelease() {
        LuaFunction f = function(1);
        long handle = table.retain(f);
        assertThat(table.retain(f)).isEqualTo(handle);
        table.release(handle);
        assertThat(table.get(handle)).isSameAs(f);
        table.release(handle);
        assertThat(table.size()).isZero();
        assertThatThrownBy(() -> table.get(handle)).isInstanceOf(IllegalStateException.class)
                .hasMessage("no function of the host has this handle: handle=" + handle);
    }

    @Test
    void retain_manyFunctions_handlesAreReused() {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 100; i++)
            handles.add(table.retain(function(i)));
        assertThat(handles).doesNotHaveDuplicates().allMatch(h -> h > 0);
        for (int i = 0; i < 100; i++)
            assertThat(table.get(handles.get(i)).call(null)).isEqualTo(i);
        handles.forEach(table::release);
        for (int i = 0; i < 100; i++)
            assertThat(handles).contains(table.retain(function(i)));
    }

    @Test
    void get_handleOfNobody_isRefused() {
        assertThatThrownBy(() -> table.get(0)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> table.get(-1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> table.get(1L << 40)).isInstanceOf(IllegalStateException.class);
    }
}
