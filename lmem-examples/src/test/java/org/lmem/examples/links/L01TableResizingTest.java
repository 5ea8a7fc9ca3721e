package org.lmem.examples.links;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;
import org.lmem.examples.links.L01TableResizing.Filling;
import org.lmem.examples.links.L01TableResizing.Resize;

@DisplayName("L01 Tables: two vectors, sized by what is in them")
class L01TableResizingTest {
    private static List<Resize> run(Filling filling, int n) {
        return L01TableResizing.run(SystemAlloc.INSTANCE, filling, n);
    }

    @Nested
    @DisplayName("when it is filled upwards with integers")
    class Upwards {
        @Test
        @DisplayName("the slots double at the entries 1, 2, 3, 5, 9, 17, 33, and there is no node")
        void slots_double() {
            assertThat(run(Filling.UPWARDS, 64)).containsExactly(new Resize(1, 1, 0), new Resize(2, 2, 0),
                    new Resize(3, 4, 0), new Resize(5, 8, 0), new Resize(9, 16, 0), new Resize(17, 32, 0),
                    new Resize(33, 64, 0));
        }
    }

    @Nested
    @DisplayName("when it is filled with strings as keys")
    class Strings {
        @Test
        @DisplayName("the nodes double at the entries 1, 2, 3, 5, 9, 17, 33, and there is no slot")
        void nodes_double() {
            assertThat(run(Filling.STRINGS, 64)).containsExactly(new Resize(1, 0, 1), new Resize(2, 0, 2),
                    new Resize(3, 0, 4), new Resize(5, 0, 8), new Resize(9, 0, 16), new Resize(17, 0, 32),
                    new Resize(33, 0, 64));
        }
    }

    @Nested
    @DisplayName("when it is filled downwards from 10")
    class Downwards {
        @Test
        @DisplayName("the integers are in nodes until key 2 brings 16 slots and takes all nodes away")
        void nodes_becomeSlots() {
            assertThat(run(Filling.DOWNWARDS, 10)).containsExactly(new Resize(1, 0, 1), new Resize(2, 0, 2),
                    new Resize(3, 0, 4), new Resize(5, 0, 8), new Resize(9, 16, 0));
        }
    }
}
