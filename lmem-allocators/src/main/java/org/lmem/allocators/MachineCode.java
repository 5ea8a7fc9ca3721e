package org.lmem.allocators;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// A piece of machine code of x86-64 while it is being put together: bytes, and jumps to places that may come later.
final class MachineCode {
    private byte[] bytes = new byte[256];
    private int length;
    private final Map<String, Integer> labels = new LinkedHashMap<>();
    private final Map<Integer, String> jumps = new LinkedHashMap<>();

    /// Adds an instruction.
    ///
    /// @param hex its bytes
    /// @param assembly what it says, for whoever reads the listing
    MachineCode add(String hex, String assembly) {
        assert !assembly.isEmpty();
        append(HexFormat.of().parseHex(hex.replace(" ", "")));
        return this;
    }

    /// Adds an instruction that ends with a number of four bytes.
    MachineCode add(String hex, int immediate, String assembly) {
        return add(hex, assembly).number(immediate, Integer.BYTES);
    }

    /// Adds an instruction that ends with a number of eight bytes.
    MachineCode add(String hex, long immediate, String assembly) {
        return add(hex, assembly).number(immediate, Long.BYTES);
    }

    /// Adds a jump.
    ///
    /// @param hex its bytes but for the last four, which say how far
    MachineCode jump(String hex, String assembly, String label) {
        add(hex, assembly);
        jumps.put(length, label);
        return number(0, Integer.BYTES);
    }

    /// The next instruction is here.
    MachineCode label(String name) {
        if (labels.put(name, length) != null)
            throw new IllegalStateException("a place has one name: label=" + name);
        return this;
    }

    private MachineCode number(long value, int size) {
        byte[] number = new byte[size];
        for (int i = 0; i < size; i++)
            number[i] = (byte) (value >>> (8 * i));
        append(number);
        return this;
    }

    private void append(byte[] more) {
        if (length + more.length > bytes.length)
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /// The code, all jumps led to their places.
    byte[] assemble() {
        jumps.forEach((at, label) -> {
            Integer target = labels.get(label);
            if (target == null)
                throw new IllegalStateException("there is no such place: label=" + label);
            int distance = target - (at + Integer.BYTES);
            for (int i = 0; i < Integer.BYTES; i++)
                bytes[at + i] = (byte) (distance >>> (8 * i));
        });
        return Arrays.copyOf(bytes, length);
    }
}
