package org.lmem.gc;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// The bytes of a string as text that can be shown: UTF-8 is kept; control characters and all other bytes become `\n`, `\t`,
/// `\r` or three decimal digits, as `\255`. A backslash stays a single one.
final class Printable {
    private Printable() {}

    static String text(byte[] bytes) {
        return decode(bytes, true);
    }

    /// The text of bytes that go on: a character that is cut in two at their end is left out.
    static String beginning(byte[] bytes) {
        return decode(bytes, false);
    }

    private static String decode(byte[] bytes, boolean whole) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result;
        do {
            result = decoder.reset().decode(in, out.clear(), whole);
            out.flip().chars().forEach(c -> append(text, (char) c));
            for (int i = 0; result.isError() && i < result.length(); i++)
                appendByte(text, in.get());
        } while (result.isError());
        return text.toString();
    }

    private static void append(StringBuilder text, char c) {
        switch (c) {
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            default -> {
                if (!Character.isISOControl(c)) {
                    text.append(c);
                    return;
                }
                for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8))
                    appendByte(text, b);
            }
        }
    }

    private static void appendByte(StringBuilder text, byte b) {
        text.append('\\').append(Integer.toString(1000 + Byte.toUnsignedInt(b)), 1, 4);
    }
}
