package org.lmem.examples.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A number of bytes on the command line: `65536`, `64k`, `64m`, `1g`; the units are powers of 1024.
///
/// @param bytes 0 or more
record ByteSize(long bytes) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18})([kmgt]?)(i?b)?");
    private static final String UNITS = "kmgt";

    /// Reads it.
    static final class Converter implements ITypeConverter<ByteSize> {
        @Override
        public ByteSize convert(String text) {
            Matcher matcher = TEXT.matcher(text.toLowerCase(Locale.ROOT));
            if (!matcher.matches())
                throw new TypeConversionException("'" + text + "' is no size (as 65536, 64k, 64m, 1g)");
            long number = Long.parseLong(matcher.group(1));
            int shift = matcher.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(matcher.group(2)) + 1);
            if (number > Long.MAX_VALUE >> shift)
                throw new TypeConversionException("'" + text + "' is too large a size");
            return new ByteSize(number << shift);
        }
    }

    /// A number of bytes for people: `1.5 MiB`.
    static String text(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int unit = 0;
        double value = bytes;
        for (; value >= 1024 && unit < units.length - 1; unit++)
            value /= 1024;
        return unit == 0
                ? String.format(Locale.ROOT, "%.0f B", value)
                : String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}
