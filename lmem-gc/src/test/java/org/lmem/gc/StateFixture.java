package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A state on a [TestHeap], collector stopped; closed after each test, when nothing may be left.
abstract class StateFixture {
    final TestHeap heap = new TestHeap();
    LuaState state;

    @BeforeEach
    void open() {
        state = LuaState.newState(heap);
        state.stopCollector();
        heap.takeCalls();
    }

    @AfterEach
    void close() {
        heap.refuseNothing();
        state.close();
        assertThat(heap.blocks()).isZero();
        assertThat(heap.total()).isZero();
    }

    long g() {
        return state.global.address;
    }

    long l() {
        return state.address;
    }

    /// The address of the object at an index.
    long object(int index) {
        return TValue.object(state.at(l(), index));
    }

    List<Object> stack() {
        List<Object> values = new java.util.ArrayList<>();
        for (int i = 1; i <= state.getTop(); i++) {
            values.add(switch (state.type(i)) {
                case NIL -> "nil";
                case BOOLEAN -> state.toBoolean(i);
                case NUMBER -> state.toNumber(i);
                case STRING -> state.toString(i);
                default -> state.type(i).luaName();
            });
        }
        return values;
    }

    static List<String> resource(String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(
                new InputStreamReader(StateFixture.class.getResourceAsStream(name), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }
}
