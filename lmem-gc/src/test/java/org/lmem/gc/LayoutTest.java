package org.lmem.gc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sizes and offsets against what a C compiler says of Lua 5.1.5's headers on LP64 (`c-layout.txt`).
class LayoutTest {
    private static final Map<String, MemoryLayout> LAYOUTS = Map.ofEntries(Map.entry("TValue", TValue.LAYOUT),
            Map.entry("GCheader", GCHeader.LAYOUT), Map.entry("TString", TString.LAYOUT),
            Map.entry("Udata", Udata.LAYOUT), Map.entry("Proto", Proto.LAYOUT), Map.entry("LocVar", Proto.LOCVAR),
            Map.entry("UpVal", UpVal.LAYOUT), Map.entry("CClosure", Closure.LAYOUT), Map.entry("Node", Node.LAYOUT),
            Map.entry("Table", Table.LAYOUT), Map.entry("CallInfo", CallInfo.LAYOUT),
            Map.entry("stringtable", Global.LAYOUT.select(MemoryLayout.PathElement.groupElement("strt"))),
            Map.entry("Mbuffer", Global.LAYOUT.select(MemoryLayout.PathElement.groupElement("buff"))),
            Map.entry("global_State", Global.LAYOUT), Map.entry("lua_State", LuaThread.LAYOUT),
            Map.entry("LG", LG.LAYOUT));

    /// Structures whose C size counts one element of the vector at their end.
    private static final Map<String, Long> TRAILING = Map.of("CClosure", 16L);

    @Test
    void layouts_areThoseOfTheCCompiler() throws IOException {
        List<String> checked = new ArrayList<>();
        for (String line : StateFixture.resource("c-layout.txt")) {
            int space = line.indexOf(' ');
            int dot = line.indexOf('.');
            String struct = line.substring(0, dot < 0 ? space : dot);
            MemoryLayout layout = LAYOUTS.get(struct);
            if (layout == null)
                continue;
            long expected = Long.parseLong(line.substring(space + 1));
            if (dot < 0)
                assertThat(layout.byteSize() + TRAILING.getOrDefault(struct, 0L)).as(line).isEqualTo(expected);
            else
                assertOffset(layout, line.substring(dot + 1, space), expected);
            checked.add(line);
        }
        assertThat(checked).hasSizeGreaterThan(140);
    }

    private static void assertOffset(MemoryLayout layout, String member, long expected) {
        switch (member) {
            case "u.l.prev" -> assertThat(UpVal.ownValue(0)).isEqualTo(expected);
            case "u.l.next" -> assertThat(UpVal.ownValue(0) + Long.BYTES).isEqualTo(expected);
            case "upvalue" -> assertThat(Closure.upvalue(0, 0)).isEqualTo(expected);
            default -> assertThat(Struct.offset(layout, member.substring(member.lastIndexOf('.') + 1))).as(member)
                    .isEqualTo(expected);
        }
    }

    @Test
    void closureOfLua_hasPrototypeAndUpvaluesWhereCHasThem() {
        assertThat(Struct.offset(Closure.LAYOUT, "f")).isEqualTo(32); // LClosure.p
        assertThat(Closure.HEAD).isEqualTo(40); // LClosure.upvals
    }

    @Test
    void sizesOfObjects_areThoseOf515() {
        assertThat(TString.sizeOf(5)).isEqualTo(30);
        assertThat(Udata.sizeOf(100)).isEqualTo(140);
        assertThat(Closure.sizeOfC(0)).isEqualTo(40);
        assertThat(Closure.sizeOfC(3)).isEqualTo(88);
        assertThat(Closure.sizeOfLua(0)).isEqualTo(40);
        assertThat(Closure.sizeOfLua(3)).isEqualTo(64);
    }

    @Test
    void strayNode_isAKeyBehindAValue() {
        assertThat(Node.value(0)).isZero();
        assertThat(Node.key(0)).isEqualTo(16);
    }

    @Test
    void padding_followsAlignment() {
        MemoryLayout layout = Struct.of("s", Struct.uint8("a"), Struct.uint16("b"), Struct.int32("c"),
                Struct.uint8("d"), Struct.word("e"), Struct.uint8("f"));
        assertThat(Struct.offset(layout, "b")).isEqualTo(2);
        assertThat(Struct.offset(layout, "c")).isEqualTo(4);
        assertThat(Struct.offset(layout, "e")).isEqualTo(16);
        assertThat(layout.byteSize()).isEqualTo(32);
    }
}
