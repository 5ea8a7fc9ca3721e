package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against what the C library says (`c-number-format.txt`, `c-number-parse.txt`).
class NumbersTest {
    @Test
    void format_isThatOfPrintf() throws IOException {
        for (String line : StateFixture.resource("c-number-format.txt")) {
            double n = Double.longBitsToDouble(Long.parseUnsignedLong(line.substring(0, 16), 16));
            assertThat(Numbers.format(n)).as(line).isEqualTo(line.substring(17));
        }
    }

    @Test
    void format_ofNotANumber_keepsTheSign() {
        assertThat(Numbers.format(Double.NaN)).isEqualTo("nan");
        assertThat(Numbers.format(Double.longBitsToDouble(0xfff8_0000_0000_0000L))).isEqualTo("-nan");
    }

    @Test
    void parse_isThatOfLua() throws IOException {
        for (String line : StateFixture.resource("c-number-parse.txt")) {
            String text = line.substring(19).replace("\\t", "\t").replace("\\n", "\n");
            long bits = Numbers.parse(text.getBytes(StandardCharsets.ISO_8859_1));
            if (line.charAt(0) == '0')
                assertThat(bits).as(line).isEqualTo(Numbers.NOT_A_NUMERAL);
            else
                assertThat(bits).as(line).isEqualTo(Long.parseUnsignedLong(line.substring(2, 18), 16));
        }
    }

    @Test
    void parse_endsAtAZeroByte() {
        assertThat(Numbers.parse(new byte[]{'1', '2', 0, 'x'})).isEqualTo(Double.doubleToRawLongBits(12));
    }

    @ParameterizedTest
    @CsvSource({"3.9, 3", "-3.9, -3", "9.3e18, -9223372036854775808", "-9.3e18, -9223372036854775808",
            "NaN, -9223372036854775808", "9007199254740993, 9007199254740992"})
    void toInteger_isThatOfX86(double n, long expected) {
        assertThat(Numbers.toInteger(n)).isEqualTo(expected);
    }
}
