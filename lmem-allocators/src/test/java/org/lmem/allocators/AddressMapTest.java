package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void map_agreesWithHashMap(long seed) {
        Random random = new Random(seed);
        Map<Long, Integer> model = new HashMap<>();
        AddressMap map = new AddressMap();
        for (int i = 0; i < 100_000; i++) {
            long key = 0x7f00_0000_0010L + 16L * random.nextInt(i < 60_000 ? 3000 : 200);
            if (random.nextInt(3) == 0) {
                Integer removed = model.remove(key);
                assertThat(map.remove(key)).isEqualTo(removed == null ? AddressMap.NONE : removed);
            } else {
                map.reserve();
                map.put(key, i);
                model.put(key, i);
            }
            assertThat(map.get(key)).as("seed=%d, i=%d", seed, i).isEqualTo(model.getOrDefault(key, AddressMap.NONE));
        }
        assertThat(map.size()).isEqualTo(model.size());
        model.forEach((key, value) -> assertThat(map.get(key)).isEqualTo(value));
    }
}
