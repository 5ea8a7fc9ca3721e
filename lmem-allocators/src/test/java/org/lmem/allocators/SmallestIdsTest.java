package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmallestIdsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void take_givesTheSmallestFreeId(long seed) {
        Random random = new Random(seed);
        TreeSet<Integer> free = new TreeSet<>();
        List<Integer> used = new ArrayList<>();
        int taken = 0;
        SmallestIds ids = new SmallestIds();
        for (int i = 0; i < 20_000; i++)
            if (used.isEmpty() || random.nextInt(100) < (i / 2000 % 2 == 0 ? 60 : 40)) {
                int expected = free.isEmpty() ? taken++ : free.pollFirst();
                ids.reserve();
                assertThat(ids.peek()).isEqualTo(expected);
                assertThat(ids.take()).as("seed=%d, i=%d", seed, i).isEqualTo(expected);
                used.add(expected);
            } else {
                int id = used.remove(random.nextInt(used.size()));
                free.add(id);
                ids.release(id);
            }
    }
}
