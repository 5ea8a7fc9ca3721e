package org.lmem.allocators;

import java.lang.management.ManagementFactory;
import java.util.Objects;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/// Shows allocators to management tools (JConsole, VisualVM, Prometheus' exporter …) through the platform's MBean server.
///
/// A bean is named `org.lmem:type=StatsAllocator,name="NAME"`.
public final class AllocatorBeans {
    private AllocatorBeans() {}

    /// Shows an allocator's counts.
    ///
    /// @param name of the allocator
    /// @param allocator whose counts they are
    /// @return hides them again when closed
    /// @throws IllegalArgumentException where a bean has that name already
    public static Registration register(String name, StatsAllocator allocator) {
        Objects.requireNonNull(allocator, "allocator");
        return register("StatsAllocator", name, new StatsBean(allocator));
    }

    /// Shows a pool's figures.
    ///
    /// @param name of the pool
    /// @param pool whose figures they are
    /// @return hides them again when closed
    /// @throws IllegalArgumentException where a bean has that name already
    public static Registration register(String name, PoolAllocator pool) {
        Objects.requireNonNull(pool, "pool");
        return register("PoolAllocator", name, new PoolBean(pool));
    }

    private static Registration register(String type, String name, Object bean) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName beanName = beanName(type, Objects.requireNonNull(name, "name"));
        try {
            server.registerMBean(bean, beanName);
        } catch (InstanceAlreadyExistsException e) {
            throw new IllegalArgumentException("there is a bean of that name: name=" + beanName, e);
        } catch (JMException e) {
            throw new IllegalStateException("the bean cannot be registered: name=" + beanName, e);
        }
        return () -> unregister(server, beanName);
    }

    private static ObjectName beanName(String type, String name) {
        try {
            return new ObjectName("org.lmem:type=" + type + ",name=" + ObjectName.quote(name));
        } catch (MalformedObjectNameException e) {
            throw new IllegalStateException("a quoted name is well formed", e);
        }
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            return; // closed twice
        } catch (JMException e) {
            throw new IllegalStateException("the bean cannot be unregistered: name=" + name, e);
        }
    }

    private record StatsBean(StatsAllocator allocator) implements StatsAllocatorMXBean {
        @Override
        public long getLiveBytes() {
            return allocator.liveBytes();
        }

        @Override
        public long getLiveBlocks() {
            return getSnapshot().liveBlocks();
        }

        @Override
        public long getPeakBytes() {
            return getSnapshot().peakBytes();
        }

        @Override
        public long getRequests() {
            return getSnapshot().requests();
        }

        @Override
        public long getFailures() {
            return getSnapshot().failures();
        }

        @Override
        public StatsAllocator.Snapshot getSnapshot() {
            return allocator.snapshot();
        }
    }

    private record PoolBean(PoolAllocator pool) implements PoolAllocatorMXBean {
        @Override
        public long getLiveBytes() {
            return pool.liveBytes();
        }

        @Override
        public long getReservedBytes() {
            return pool.reservedBytes();
        }

        @Override
        public long getPeakReservedBytes() {
            return pool.peakReservedBytes();
        }
    }
}
