package org.lmem.allocators;

import java.util.Arrays;

/// Ids 0, 1, 2 …, of which the smallest free one is always taken next: those that came back wait in a binary heap.
final class SmallestIds {
    private int[] heap = new int[16]; // the smallest at 0, the children of i at 2i + 1 and 2i + 2
    private int free;
    private int taken; // all ids below it have been in use

    /// Makes room for all ids in use, and one more, to come back.
    void reserve() {
        if (taken >= heap.length)
            heap = Arrays.copyOf(heap, 2 * heap.length);
    }

    /// The id that [#take] would return.
    int peek() {
        return free == 0 ? taken : heap[0];
    }

    int take() {
        if (free == 0)
            return taken++;
        int smallest = heap[0];
        sink(heap[--free]);
        return smallest;
    }

    private void sink(int id) {
        int i = 0;
        for (int child = 1; child < free; child = 2 * i + 1) {
            if (child + 1 < free && heap[child + 1] < heap[child])
                child++;
            if (id <= heap[child])
                break;
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = id;
    }

    /// Gives an id back.
    void release(int id) {
        int i = free++;
        for (int parent = (i - 1) >> 1; i > 0 && heap[parent] > id; parent = (i - 1) >> 1) {
            heap[i] = heap[parent];
            i = parent;
        }
        heap[i] = id;
    }
}
