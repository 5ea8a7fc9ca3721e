package org.lmem.gc;

/// An object and the colour that the collector has given it.
///
/// @param address of the object, as in [HeapObject#address]
/// @param color it has now
public record ColoredObject(long address, Color color) {
    /// What the collector knows of an object. Between two cycles all are white but the main thread and the strings that are
    /// fixed.
    public enum Color {
        /// Not reached yet, or made since the last atomic step, or swept.
        WHITE,
        /// Still white of the cycle that has ended marking: the sweep will free it.
        DEAD,
        /// Reached, but not what it refers to.
        GRAY,
        /// Reached, and all that it refers to.
        BLACK
    }

    static ColoredObject of(long g, long o) {
        return new ColoredObject(o, color(g, o));
    }

    private static Color color(long g, long o) {
        if (GCHeader.isGray(o))
            return Color.GRAY;
        if (GCHeader.isBlack(o))
            return Color.BLACK;
        return Global.isDead(g, o) && !GCHeader.test(o, GCHeader.FIXED | GCHeader.SUPERFIXED)
                ? Color.DEAD
                : Color.WHITE;
    }
}
