package org.lmem.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressMapTest {
    @Test
    void get_ofNull_isNothing() {
        AddressMap<String> map = new AddressMap<>();
        map.put(16, "a");
        assertThat(map.get(0)).isNull();
        assertThat(map.remove(0)).isNull();
        assertThat(map.size()).isEqualTo(1);
    }

    @Test
    void put_ofAKnownAddress_replaces() {
        AddressMap<String> map = new AddressMap<>();
        map.put(16, "a");
        map.put(16, "b");
        assertThat(map.get(16)).isEqualTo("b");
        assertThat(map.values()).containsExactly("b");
    }

    @Test
    void remove_ofTheLast_leavesItEmpty() {
        AddressMap<String> map = new AddressMap<>();
        map.put(-16, "a");
        assertThat(map.isEmpty()).isFalse();
        assertThat(map.remove(-16)).isEqualTo("a");
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.get(-16)).isNull();
    }

    // few different addresses make long probes and many removals from the middle of them; many make it grow
    @ParameterizedTest
    @ValueSource(ints = {8, 40, 3000})
    void randomUse_equalsAHashMap(int addresses) {
        Random random = new Random(addresses);
        AddressMap<Integer> map = new AddressMap<>();
        Map<Long, Integer> model = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            long address = 16L * (1 + random.nextInt(addresses));
            if (random.nextBoolean()) {
                map.put(address, i);
                model.put(address, i);
            } else {
                assertThat(map.remove(address)).isEqualTo(model.remove(address));
            }
            assertThat(map.size()).isEqualTo(model.size());
        }
        for (long a = 0; a <= 16L * addresses; a += 16)
            assertThat(map.get(a)).isEqualTo(model.get(a));
        assertThat(map.values()).containsExactlyInAnyOrderElementsOf(model.values());
    }
}
