package org.lmem.gc.oracle;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/// The golden scenarios of `luaL_Buffer`.
final class BufferScenarios {
    private BufferScenarios() {}

    static List<GoldenScenario> all() {
        return List.of(
                new GoldenScenario("k_buffer_addchar", run -> fill(run, (l, buffer) -> addChars(run, l, buffer))),
                new GoldenScenario("k_buffer_addvalue", run -> fill(run, (l, buffer) -> addValues(run, l, buffer))));
    }

    private static void fill(GoldenRun run, BiConsumer<Machine, Machine.Buffer> filling) {
        Machine l = run.newStoppedState();
        Machine.Buffer[] b = new Machine.Buffer[1];
        run.step(l, "luaL_buffinit (LUAL_BUFFERSIZE=8192)", () -> b[0] = l.buffer());
        filling.accept(l, b[0]);
        run.step(l, "luaL_pushresult", () -> {
            b[0].pushResult();
            run.value("len " + l.objLen(-1));
        });
        run.clear(l);
        for (int i = 0; i < 6; i++)
            run.collect(l);
        run.close(l);
    }

    private static void addChars(GoldenRun run, Machine l, Machine.Buffer buffer) {
        for (int i = 0; i < 100_000; i++) {
            char c = (char) ('a' + i % 26);
            run.quietStep(l, "addchar #" + (i + 1), () -> buffer.addChar(c));
        }
    }

    private static void addValues(GoldenRun run, Machine l, Machine.Buffer buffer) {
        for (int i = 0; i < 100; i++) {
            byte[] s = ObjectScenarios.filled('z', 1000);
            byte[] number = Integer.toString(i).getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(number, 0, s, 0, number.length);
            run.step(l, "pushlstring(1000)+addvalue #" + (i + 1), () -> {
                l.pushLString(s);
                buffer.addValue();
            });
        }
    }
}
