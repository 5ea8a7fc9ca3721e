package org.lmem.gc.oracle;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// A program as the Java code that makes it, to be pasted into a test.
final class ProgramPrinter {
    private ProgramPrinter() {}

    static String print(Program program) {
        return code(program, "\n    ");
    }

    private static String code(Object value, String line) {
        return switch (value) {
            case List<?> list -> "List.of(" + list.stream().map(o -> line + code(o, line + "    "))
                    .collect(Collectors.joining(",")) + ")";
            case Record r -> "new " + name(r.getClass()) + Arrays.stream(r.getClass().getRecordComponents())
                    .map(c -> code(component(r, c), line)).collect(Collectors.joining(", ", "(", ")"));
            case String s -> '"' + s + '"';
            case Long n -> n + "L";
            case Double d -> number(d);
            case Enum<?> e -> "Machine." + e.getDeclaringClass().getSimpleName() + '.' + e;
            default -> value.toString();
        };
    }

    private static String number(double d) {
        return Double.isNaN(d) ? "Double.NaN" : Double.isInfinite(d) ? "Double.POSITIVE_INFINITY" : Double.toString(d);
    }

    private static String name(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return (outer == null ? "" : outer.getSimpleName() + '.') + type.getSimpleName();
    }

    private static Object component(Record r, RecordComponent c) {
        try {
            return c.getAccessor().invoke(r);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
