package org.lmem.gc;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lmem.core.LuaException;

/// What has been chosen beside 5.1.5's behaviour, for a whole state; nothing at first.
///
/// `GlobalState.attentive` and `GlobalState.guarded` tell the safe points and the allocation whether there is anything to
/// look at, so that they pay for one flag where nothing was chosen.
final class Tuning {
    boolean lastingStop;
    boolean stopped;
    @Nullable
    Consumer<LuaException> finalizerErrors;
    EmergencyMode emergencyMode = EmergencyMode.NEVER;
    @Nullable
    PressurePolicy pressure;
    /// The bytes in use at which extra steps are done next.
    long nextExtraSteps;
    boolean stress;
    LongSupplier clock = System::nanoTime;
    /// What userdata hold outside of Lua's memory, in bytes, by address.
    final Map<Long, Long> external = new HashMap<>();
}
