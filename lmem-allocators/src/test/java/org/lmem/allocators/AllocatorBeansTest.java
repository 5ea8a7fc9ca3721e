package org.lmem.allocators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;
import org.lmem.core.SystemAlloc;

class AllocatorBeansTest {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();

    private static ObjectName name(String type, String name) throws JMException {
        return new ObjectName("org.lmem:type=" + type + ",name=" + ObjectName.quote(name));
    }

    @Test
    void statsAllocator_showsItsCounts() throws JMException {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        ObjectName bean = name("StatsAllocator", "tenant 7, \"scripts\"");
        try (Registration registration = AllocatorBeans.register("tenant 7, \"scripts\"", stats)) {
            assertThat(registration).isNotNull();
            long block = stats.realloc(stats.realloc(0, 0, 100), 100, 60);
            stats.realloc(0, 0, -1);
            assertThat(server.getAttribute(bean, "LiveBytes")).isEqualTo(60L);
            assertThat(server.getAttribute(bean, "LiveBlocks")).isEqualTo(1L);
            assertThat(server.getAttribute(bean, "PeakBytes")).isEqualTo(100L);
            assertThat(server.getAttribute(bean, "Requests")).isEqualTo(3L);
            assertThat(server.getAttribute(bean, "Failures")).isEqualTo(1L);
            CompositeData snapshot = (CompositeData) server.getAttribute(bean, "Snapshot");
            assertThat(snapshot.get("liveBytes")).isEqualTo(60L);
            assertThat(snapshot.get("shrinks")).isEqualTo(1L);
            assertThat(snapshot.getCompositeType().keySet()).hasSize(10);
            stats.realloc(block, 60, 0);
        }
        assertThat(server.isRegistered(bean)).isFalse();
    }

    @Test
    void poolAllocator_showsItsFigures() throws JMException {
        ObjectName bean = name("PoolAllocator", "pool");
        try (PoolAllocator pool = new PoolAllocator()) {
            Registration registration = AllocatorBeans.register("pool", pool);
            pool.realloc(0, 0, 5000);
            assertThat(server.getAttribute(bean, "LiveBytes")).isEqualTo(5000L);
            assertThat(server.getAttribute(bean, "ReservedBytes")).isEqualTo(pool.reservedBytes());
            assertThat(server.getAttribute(bean, "PeakReservedBytes")).isEqualTo(pool.peakReservedBytes());
            registration.close();
            registration.close(); // a second time does nothing
            assertThat(server.isRegistered(bean)).isFalse();
        }
    }

    @Test
    void sameName_twice_isRejected() {
        StatsAllocator stats = new StatsAllocator(SystemAlloc.INSTANCE);
        try (Registration first = AllocatorBeans.register("twice", stats)) {
            assertThat(first).isNotNull();
            assertThatIllegalArgumentException().isThrownBy(() -> AllocatorBeans.register("twice", stats))
                    .withMessage("there is a bean of that name: name=org.lmem:type=StatsAllocator,name=\"twice\"");
        }
    }
}
