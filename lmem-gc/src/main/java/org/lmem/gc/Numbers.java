package org.lmem.gc;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers as text and text as numbers, as the C library's `printf("%.14g")` and `strtod` have it.
final class Numbers {
    private static final int PRECISION = 14;
    private static final MathContext ROUNDING = new MathContext(PRECISION, RoundingMode.HALF_EVEN);
    private static final double EXACT_INTEGERS = 1e14;

    private static final String SPACE = "[ \\t\\n\\x0B\\f\\r]*";
    private static final Pattern NUMERAL = Pattern.compile(
            SPACE + "([+-]?)(?:(inf|infinity)|(nan(?:\\([a-z0-9_]*\\))?)|0x(" + hexDigits()
                    + ")|((?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:e[+-]?[0-9]+)?))" + SPACE);

    private Numbers() {}

    private static String hexDigits() {
        return "(?:[0-9a-f]+\\.?[0-9a-f]*|\\.[0-9a-f]+)(?:p[+-]?[0-9]+)?";
    }

    /// A number in at most 14 digits.
    ///
    /// @lua lua_number2str luaconf.h:523
    static String format(double n) {
        if (n == (long) n && Math.abs(n) < EXACT_INTEGERS && Double.doubleToRawLongBits(n) != Long.MIN_VALUE)
            return Long.toString((long) n);
        boolean negative = Double.doubleToRawLongBits(n) < 0;
        String sign = negative ? "-" : "";
        if (Double.isNaN(n))
            return sign + "nan";
        if (Double.isInfinite(n))
            return sign + "inf";
        return n == 0 ? sign + "0" : sign + formatPositive(new BigDecimal(Math.abs(n)).round(ROUNDING));
    }

    private static String formatPositive(BigDecimal rounded) {
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < PRECISION)
            return stripped.toPlainString();
        String digits = stripped.unscaledValue().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        return digits.charAt(0) + fraction + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    /// What [#parse] says of text that is no number; it is a NaN of its own, to be told by its bits.
    static final long NOT_A_NUMERAL = 0x7ff8_dead_0000_0000L;

    /// The bits of the number that a text denotes, or [#NOT_A_NUMERAL].
    ///
    /// @lua luaO_str2d lobject.c:90
    static long parse(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) // C sees no further
            end++;
        String s = new String(text, 0, end, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
        Matcher m = NUMERAL.matcher(s);
        if (!m.matches())
            return NOT_A_NUMERAL;
        long magnitude = Double.doubleToRawLongBits(magnitude(m));
        return m.group(1).equals("-") ? magnitude | Long.MIN_VALUE : magnitude;
    }

    private static double magnitude(Matcher m) {
        if (m.group(2) != null)
            return Double.POSITIVE_INFINITY;
        if (m.group(3) != null)
            return Double.NaN;
        String hex = m.group(4);
        if (hex != null)
            return Double.parseDouble("0x" + hex + (hex.contains("p") ? "" : "p0"));
        return Double.parseDouble(m.group(5));
    }

    /// A number as an integer, cut towards 0; what does not fit is the smallest integer, as x86-64 has it.
    ///
    /// @lua lua_number2integer luaconf.h:581
    static long toInteger(double n) {
        long i = (long) n;
        return i == Long.MAX_VALUE || Double.isNaN(n) ? Long.MIN_VALUE : i;
    }
}
