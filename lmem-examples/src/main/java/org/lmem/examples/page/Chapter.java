package org.lmem.examples.page;

/// The parts of the document, in its order.
public enum Chapter {
    /// One function for all memory.
    UNIFIED("One interface for all memory"),
    /// Macros in layers.
    MACROS("The layers of macros"),
    /// The count of bytes in use, and who reads it.
    ACCOUNTING("The count, and what it is for"),
    /// `lmem.h`.
    HEADER("lmem.h, line by line"),
    /// `lmem.c`.
    SOURCE("lmem.c, line by line"),
    /// Questions and answers.
    QUESTIONS("Questions that readers ask"),
    /// Statistics and pools behind the allocator interface.
    ALLOCATORS("Allocators of one's own"),
    /// Records of blocks, and reports.
    MONITORING("Monitoring"),
    /// Fewer and better aligned blocks.
    TUNING("Tuning"),
    /// The life of a block in four steps.
    PATTERNS("Patterns of use"),
    /// The parts of Lua that take their memory from it.
    LINKS("Where Lua's memory goes");

    private final String title;

    Chapter(String title) {
        this.title = title;
    }

    /// What the chapter is called.
    ///
    /// @return the heading
    public String title() {
        return title;
    }
}
