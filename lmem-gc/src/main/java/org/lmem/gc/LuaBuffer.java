package org.lmem.gc;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A string under construction: pieces gather in an array of [#SIZE] bytes, full arrays as strings on the stack.
///
/// Strings on the stack are concatenated so that a lower one is longer than the one above it; hence there are few, and a
/// byte is copied a logarithmic number of times. While the buffer is in use nothing but its own strings may lie on top of
/// the stack, except for the value that [#addValue] takes.
///
/// @lua luaL_Buffer lauxlib.h:129
public final class LuaBuffer {
    /// The bytes that gather before they become a string.
    ///
    /// @lua LUAL_BUFFERSIZE luaconf.h:506
    public static final int SIZE = 8192;

    /// The most strings on the stack. @lua LIMIT lauxlib.c:395
    private static final int LIMIT = Calls.MINSTACK / 2;

    private final LuaState state;
    private final byte[] bytes = new byte[SIZE];
    private int length;
    private int strings;

    LuaBuffer(LuaState state) {
        this.state = state;
    }

    /// Adds a byte.
    ///
    /// @param b its lowest eight bits
    /// @lua luaL_addchar lauxlib.h:136
    public void addChar(int b) {
        if (length == SIZE)
            prepare();
        bytes[length++] = (byte) b;
    }

    /// Adds bytes.
    ///
    /// @param from where they are
    /// @param offset of the first one
    /// @param count how many
    /// @lua luaL_addlstring lauxlib.c:436
    public void addLString(byte[] from, int offset, int count) {
        Objects.checkFromIndexSize(offset, count, from.length);
        int end = offset + count;
        for (int i = offset; i < end;) {
            if (length == SIZE)
                prepare();
            int n = Math.min(end - i, SIZE - length);
            System.arraycopy(from, i, bytes, length, n);
            length += n;
            i += n;
        }
    }

    /// Adds a text, in UTF-8.
    ///
    /// @param text the text
    /// @lua luaL_addstring lauxlib.c:442
    public void addString(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        addLString(encoded, 0, encoded.length);
    }

    /// Pops a string or a number and adds it.
    ///
    /// @throws IllegalArgumentException where the topmost value is neither
    /// @lua luaL_addvalue lauxlib.c:454
    public void addValue() {
        byte[] value = state.toBytes(-1);
        if (value == null)
            throw new IllegalArgumentException("no string: index=-1, type=" + state.type(-1).luaName());
        if (value.length <= SIZE - length) {
            System.arraycopy(value, 0, bytes, length, value.length);
            length += value.length;
            state.pop(1);
            return;
        }
        if (empty())
            state.insert(-2); // below the new value
        strings++;
        adjustStack();
    }

    /// Pushes the string. The buffer is empty afterwards, but for that string: it counts as its first.
    ///
    /// @lua luaL_pushresult lauxlib.c:447
    public void pushResult() {
        empty();
        state.concat(strings);
        strings = 1;
    }

    /// @lua luaL_prepbuffer lauxlib.c:429
    private void prepare() {
        if (empty())
            adjustStack();
    }

    /// Makes a string of the array.
    ///
    /// @lua emptybuffer lauxlib.c:398
    private boolean empty() {
        if (length == 0)
            return false;
        state.pushLString(bytes, 0, length);
        length = 0;
        strings++;
        return true;
    }

    /// @lua adjuststack lauxlib.c:410
    private void adjustStack() {
        if (strings <= 1)
            return;
        int joined = 1;
        long topLength = state.objLen(-1);
        do {
            long l = state.objLen(-(joined + 1));
            if (strings - joined + 1 < LIMIT && topLength <= l)
                break;
            topLength += l;
            joined++;
        } while (joined < strings);
        state.concat(joined);
        strings = strings - joined + 1;
    }
}
