package org.lmem.examples.lua;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.lmem.core.LuaAlloc;

/// An allocator that writes down which line of a program asked for how much, and what it still has.
///
/// A block belongs to the line that made it; what it grows by counts as allocated by the line that makes it grow. For one
/// thread. It takes some hundred bytes of Java's heap for each block in use.
public final class SiteBook implements LuaAlloc {
    /// What one line has asked for.
    ///
    /// @param where such as `script.lua:12`
    /// @param allocations new blocks
    /// @param allocatedBytes bytes of new blocks and of what blocks grew by
    /// @param liveBlocks blocks of this line that are in use
    /// @param liveBytes their bytes
    public record Site(String where, long allocations, long allocatedBytes, long liveBlocks, long liveBytes) {}

    private static final class Entry {
        final String where;
        long allocations;
        long allocatedBytes;
        long liveBlocks;
        long liveBytes;

        Entry(String where) {
            this.where = where;
        }

        Site toSite() {
            return new Site(where, allocations, allocatedBytes, liveBlocks, liveBytes);
        }
    }

    private final LuaAlloc inner;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<Long, Entry> owners = new HashMap<>();
    private Supplier<String> where = () -> "(the libraries)";

    /// A book.
    ///
    /// @param inner where memory comes from
    public SiteBook(LuaAlloc inner) {
        this.inner = inner;
    }

    /// Says who knows where the program is.
    ///
    /// @param source of the places, asked at each request
    public void watch(Supplier<String> source) {
        where = source;
    }

    @Override
    public long realloc(long block, long osize, long nsize) {
        long result = inner.realloc(block, osize, nsize);
        if (result == NULL && nsize != 0)
            return NULL;
        Entry here = nsize > osize ? entries.computeIfAbsent(where.get(), Entry::new) : null;
        if (here != null)
            here.allocatedBytes += nsize - osize;
        Entry owner = block == NULL ? here : owners.remove(block);
        if (owner != null)
            book(owner, block, osize, result, nsize);
        return result;
    }

    private void book(Entry owner, long block, long osize, long result, long nsize) {
        owner.liveBytes += nsize - osize;
        if (block == NULL) {
            owner.allocations++;
            owner.liveBlocks++;
        }
        if (nsize == 0)
            owner.liveBlocks--;
        else
            owners.put(result, owner);
    }

    /// All lines that have asked for memory.
    ///
    /// @return those that have most bytes in use first, then those that allocated most
    public List<Site> sites() {
        return entries.values().stream().map(Entry::toSite).sorted(Comparator.comparingLong(Site::liveBytes)
                .thenComparingLong(Site::allocatedBytes).reversed().thenComparing(Site::where)).toList();
    }
}
