package org.lmem.core.raw;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads and writes through `sun.misc.Unsafe`, where whoever starts the program allows that:
/// `java --sun-misc-unsafe-memory-access=allow …`.
///
/// ```
///   RawMemory ──► allowed? ──no──► VarHandle of a segment    some thirty accesses in one compiled method
///                    └──yes──► DirectMemory ──► Unsafe       hundreds
/// ```
///
/// *What for.* An access is one instruction either way. But the compiler of HotSpot sees through some thirty methods for each
/// access to a segment, and counts what it has seen: after thirty accesses in one place it puts no further methods into their
/// callers, so that in a long one, as those of a collector are, each further access becomes a call. `Unsafe` costs it next to
/// nothing.
///
/// *Why not always.* The methods of `Unsafe` are to be removed; without the option the virtual machine warns of them, and
/// later ones will refuse. Nothing here names the class at compile time: the subclass is made when it is wanted, and where
/// that fails, or a first access does, all goes on without it.
abstract class DirectMemory {
    private static final String OPTION = "sun.misc.unsafe.memory.access"; // set by the virtual machine's option
    private static final ClassDesc UNSAFE = ClassDesc.of("sun.misc.Unsafe");
    private static final ClassDesc SUPER = ClassDesc.of(DirectMemory.class.getName());
    private static final ClassDesc SELF = ClassDesc.of(DirectMemory.class.getPackageName(), "UnsafeMemory");
    private static final Map<String, ClassDesc> TYPES = Map.of("Byte", ConstantDescs.CD_byte, "Short",
            ConstantDescs.CD_short, "Int", ConstantDescs.CD_int, "Long", ConstantDescs.CD_long, "Float",
            ConstantDescs.CD_float, "Double", ConstantDescs.CD_double);

    DirectMemory() {}

    abstract byte getByte(long address);

    abstract void putByte(long address, byte value);

    abstract short getShort(long address);

    abstract void putShort(long address, short value);

    abstract int getInt(long address);

    abstract void putInt(long address, int value);

    abstract long getLong(long address);

    abstract void putLong(long address, long value);

    abstract float getFloat(long address);

    abstract void putFloat(long address, float value);

    abstract double getDouble(long address);

    abstract void putDouble(long address, double value);

    /// The way through `Unsafe`.
    ///
    /// @return null where it is not allowed, or does not work
    static @Nullable DirectMemory find() {
        return "allow".equals(System.getProperty(OPTION)) && readsAtAnyAlignment() ? make("sun.misc.Unsafe") : null;
    }

    private static boolean readsAtAnyAlignment() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") || arch.equals("aarch64");
    }

    /// @param name of the class, which a later Java may not have
    static @Nullable DirectMemory make(String name) {
        try {
            Class<?> type = Class.forName(name);
            DirectMemory.class.getModule().addReads(type.getModule());
            Field field = type.getDeclaredField("theUnsafe");
            field.setAccessible(true);
            MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClass(code(), true);
            DirectMemory direct = (DirectMemory) made
                    .findConstructor(made.lookupClass(), MethodType.methodType(void.class, type))
                    .invoke(field.get(null));
            return works(direct) ? direct : null;
        } catch (Throwable e) { // whatever it is: there is another way
            return null;
        }
    }

    private static boolean works(DirectMemory direct) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocateFrom(ValueLayout.JAVA_LONG, 1);
            direct.putInt(word.address() + 4, direct.getInt(word.address()) + 1);
            return word.get(ValueLayout.JAVA_INT, 4) == word.get(ValueLayout.JAVA_INT, 0) + 1;
        }
    }

    private static byte[] code() {
        return ClassFile.of().build(SELF, type -> {
            type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER).withSuperclass(SUPER)
                    .withField("unsafe", UNSAFE, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                    .withMethodBody(ConstantDescs.INIT_NAME, MethodTypeDesc.of(ConstantDescs.CD_void, UNSAFE), 0,
                            DirectMemory::writeConstructor);
            TYPES.forEach((name, value) -> {
                writeAccess(type, "get" + name, MethodTypeDesc.of(value, ConstantDescs.CD_long));
                writeAccess(type, "put" + name,
                        MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long, value));
            });
        });
    }

    private static void writeConstructor(CodeBuilder code) {
        code.aload(0).invokespecial(SUPER, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .aload(0).aload(1).putfield(SELF, "unsafe", UNSAFE).return_();
    }

    private static void writeAccess(ClassBuilder type, String name, MethodTypeDesc shape) {
        type.withMethodBody(name, shape, 0, code -> {
            code.aload(0).getfield(SELF, "unsafe", UNSAFE);
            for (int i = 0; i < shape.parameterCount(); i++)
                code.loadLocal(TypeKind.from(shape.parameterType(i)), code.parameterSlot(i));
            code.invokevirtual(UNSAFE, name, shape).return_(TypeKind.from(shape.returnType()));
        });
    }
}
