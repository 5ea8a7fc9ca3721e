/* The workloads of org.lmem.gc.bench.Workload on real Lua 5.1.5, called from C.
 *
 *   gcc -O2 workloads.c -o workloads DIR/liblua5164.so -Wl,-rpath,DIR
 *   ./workloads NAME RUNS
 *
 * Prints the nanoseconds of each run, one a line; of `longest_step` those of each step of the collector. Each loop makes
 * the calls of its namesake in Java, in the same order. The allocator is lauxlib's (realloc and free), so that LD_PRELOAD
 * changes it. The functions of Lua's C API are declared here, because the library comes without headers. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct lua_State lua_State;
typedef int (*lua_CFunction)(lua_State *);

enum { GCSTOP = 0, GCCOLLECT = 2, GCCOUNT = 3, GCCOUNTB = 4 };

extern lua_State *luaL_newstate(void);
extern void lua_close(lua_State *);
extern int lua_gc(lua_State *, int what, int data);
extern void lua_createtable(lua_State *, int narr, int nrec);
extern void lua_pushinteger(lua_State *, ptrdiff_t);
extern void lua_pushboolean(lua_State *, int);
extern void lua_pushvalue(lua_State *, int);
extern void lua_pushlstring(lua_State *, const char *, size_t);
extern void lua_pushcclosure(lua_State *, lua_CFunction, int);
extern void *lua_newuserdata(lua_State *, size_t);
extern void lua_rawset(lua_State *, int);
extern void lua_rawseti(lua_State *, int, int);
extern int lua_setmetatable(lua_State *, int);
extern void lua_settop(lua_State *, int);
extern int lua_checkstack(lua_State *, int);

enum { M = 1000000, FINALISERS = 200000, ITERATIONS = 4 * M, TREE_DEPTH = 19 };

static int64_t nanotime(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void report(int64_t started) {
    printf("%lld\n", (long long)(nanotime() - started));
}

static lua_State *stopped(void) {
    lua_State *L = luaL_newstate();
    lua_gc(L, GCSTOP, 0);
    return L;
}

/* A prefix and a number, as decimal digits; returns the length. */
static int name(char *to, const char *prefix, int n) {
    char digits[12];
    int count = 0, length = 0;
    while (*prefix)
        to[length++] = *prefix++;
    do
        digits[count++] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    while (count > 0)
        to[length++] = digits[--count];
    return length;
}

/* ------------------------------------------------------------------------------------------------------- filling */

static void table_fill_integers(void) {
    lua_State *L = stopped();
    lua_createtable(L, 0, 0);
    int64_t started = nanotime();
    for (int i = 1; i <= M; i++) {
        lua_pushinteger(L, i);
        lua_rawseti(L, -2, i);
    }
    report(started);
    lua_close(L);
}

static void table_fill_string_keys(void) {
    lua_State *L = stopped();
    lua_createtable(L, 0, 0);
    char key[24];
    int64_t started = nanotime();
    for (int i = 1; i <= M; i++) {
        lua_pushlstring(L, key, name(key, "key", i));
        lua_pushinteger(L, i);
        lua_rawset(L, -3);
    }
    report(started);
    lua_close(L);
}

static void strings(int different) {
    static char bytes[M][16];
    static int lengths[M];
    if (lengths[0] == 0)
        for (int i = 0; i < M; i++)
            lengths[i] = name(bytes[i], "str", i % different);
    lua_State *L = stopped();
    int64_t started = nanotime();
    for (int i = 0; i < M; i++) {
        lua_pushlstring(L, bytes[i], lengths[i]);
        lua_settop(L, 0);
    }
    report(started);
    lua_close(L);
}

static void strings_distinct(void) {
    strings(M);
}

static void strings_repeated(void) {
    strings(1000);
}

static void userdata_16(void) {
    lua_State *L = stopped();
    int64_t started = nanotime();
    for (int i = 0; i < M; i++) {
        lua_newuserdata(L, 16);
        lua_settop(L, 0);
    }
    report(started);
    lua_close(L);
}

/* ---------------------------------------------------------------------------------------------------- collecting */

static void collect(lua_State *L, int runs) {
    lua_gc(L, GCCOLLECT, 0);
    for (int i = 0; i < runs; i++) {
        int64_t started = nanotime();
        lua_gc(L, GCCOLLECT, 0);
        report(started);
    }
    lua_close(L);
}

static void full_gc_1M_tables(int runs) {
    lua_State *L = stopped();
    lua_createtable(L, M, 0);
    for (int i = 1; i <= M; i++) {
        lua_createtable(L, 1, 0);
        lua_pushinteger(L, i);
        lua_rawseti(L, -2, 1);
        lua_rawseti(L, 1, i);
    }
    collect(L, runs);
}

static void tree(lua_State *L, int depth) {
    lua_checkstack(L, 4);
    lua_createtable(L, 2, 0);
    for (int i = 1; depth > 0 && i <= 2; i++) {
        tree(L, depth - 1);
        lua_rawseti(L, -2, i);
    }
}

static void full_gc_tree_1M_nodes(int runs) {
    lua_State *L = stopped();
    tree(L, TREE_DEPTH);
    collect(L, runs);
}

static void full_gc_1M_strings(int runs) {
    lua_State *L = stopped();
    char s[24];
    lua_createtable(L, M, 0);
    for (int i = 1; i <= M; i++) {
        lua_pushlstring(L, s, name(s, "s", i));
        lua_rawseti(L, 1, i);
    }
    collect(L, runs);
}

static int nothing(lua_State *L) {
    (void)L;
    return 0;
}

static void string_pair(lua_State *L, const char *key, const char *value) {
    lua_pushlstring(L, key, strlen(key));
    lua_pushlstring(L, value, strlen(value));
    lua_rawset(L, -3);
}

/* As newproxy(true) does: a userdata without payload, a metatable of its own that a weak table knows; then __gc. */
static void full_gc_200k_finalisers(void) {
    lua_State *L = stopped();
    lua_createtable(L, 0, 0); /* 1: the weak table */
    lua_createtable(L, 0, 1);
    string_pair(L, "__mode", "kv");
    lua_setmetatable(L, 1);
    for (int i = 0; i < FINALISERS; i++) {
        lua_newuserdata(L, 0);
        lua_createtable(L, 0, 0);
        lua_pushvalue(L, -1);
        lua_pushboolean(L, 1);
        lua_rawset(L, 1);
        lua_pushlstring(L, "__gc", 4);
        lua_pushcclosure(L, nothing, 0);
        lua_rawset(L, -3);
        lua_setmetatable(L, -2);
        lua_settop(L, 1);
    }
    int64_t started = nanotime();
    lua_gc(L, GCCOLLECT, 0);
    report(started);
    lua_close(L);
}

/* ---------------------------------------------------------------------------------------------- default settings */

static void garbage(lua_State *L, int i) {
    char s[24];
    lua_createtable(L, 2, 0);
    lua_pushinteger(L, i);
    lua_rawseti(L, -2, 1);
    lua_pushlstring(L, s, name(s, "s", i));
    lua_rawseti(L, -2, 2);
    if (i % 16 == 0) {
        lua_pushvalue(L, -1);
        lua_rawseti(L, 1, i / 16 % 100 + 1);
    }
    lua_settop(L, 1);
}

static void garbage_loop_default_pacing(void) {
    lua_State *L = luaL_newstate();
    lua_createtable(L, 100, 0);
    int64_t started = nanotime();
    for (int i = 1; i <= ITERATIONS; i++)
        garbage(L, i);
    report(started);
    lua_close(L);
}

/* The step is due: what luaC_checkGC asks, by the offsets of lua_State.l_G, GCthreshold and totalbytes on x86-64. */
static int is_due(lua_State *L) {
    char *g = *(char **)((char *)L + 32);
    return *(size_t *)(g + 120) >= *(size_t *)(g + 112);
}

static void check_offsets(lua_State *L) {
    char *g = *(char **)((char *)L + 32);
    size_t counted = ((size_t)lua_gc(L, GCCOUNT, 0) << 10) + (size_t)lua_gc(L, GCCOUNTB, 0);
    if (*(size_t *)(g + 120) != counted) {
        fprintf(stderr, "this library has other structures\n");
        exit(1);
    }
}

/* One run of the loop above beside 100,000 live tables; the time of each call in which the collector makes a step. */
static void longest_step(void) {
    lua_State *L = luaL_newstate();
    check_offsets(L);
    lua_createtable(L, 100, 0);
    lua_createtable(L, M / 10, 0);
    for (int i = 1; i <= M / 10; i++) {
        lua_createtable(L, 1, 0);
        lua_pushinteger(L, i);
        lua_rawseti(L, -2, 1);
        lua_rawseti(L, 2, i);
    }
    for (int i = 1; i <= ITERATIONS; i++) {
        char s[24];
        int due = is_due(L);
        int64_t started = due ? nanotime() : 0;
        lua_createtable(L, 2, 0);
        if (due)
            report(started);
        lua_pushinteger(L, i);
        lua_rawseti(L, -2, 1);
        int length = name(s, "s", i);
        due = is_due(L);
        started = due ? nanotime() : 0;
        lua_pushlstring(L, s, length);
        if (due)
            report(started);
        lua_rawseti(L, -2, 2);
        if (i % 16 == 0) {
            lua_pushvalue(L, -1);
            lua_rawseti(L, 1, i / 16 % 100 + 1);
        }
        lua_settop(L, 2);
    }
    lua_close(L);
}

/* ----------------------------------------------------------------------------------------------------------- main */

static const struct {
    const char *name;
    void (*run)(void);     /* once, in a state of its own; or */
    void (*runs)(int runs); /* several times in one state */
} WORKLOADS[] = {
    {"table_fill_integers", table_fill_integers, NULL},
    {"table_fill_string_keys", table_fill_string_keys, NULL},
    {"strings_distinct", strings_distinct, NULL},
    {"strings_repeated", strings_repeated, NULL},
    {"userdata_16", userdata_16, NULL},
    {"full_gc_1M_tables", NULL, full_gc_1M_tables},
    {"full_gc_tree_1M_nodes", NULL, full_gc_tree_1M_nodes},
    {"full_gc_1M_strings", NULL, full_gc_1M_strings},
    {"full_gc_200k_finalisers", full_gc_200k_finalisers, NULL},
    {"garbage_loop_default_pacing", garbage_loop_default_pacing, NULL},
    {"longest_step", longest_step, NULL},
};

int main(int argc, char **argv) {
    int runs = argc == 3 ? atoi(argv[2]) : 0;
    for (size_t i = 0; runs > 0 && i < sizeof WORKLOADS / sizeof *WORKLOADS; i++) {
        if (strcmp(WORKLOADS[i].name, argv[1]) != 0)
            continue;
        if (WORKLOADS[i].runs)
            WORKLOADS[i].runs(runs);
        else
            for (int run = 0; run < runs; run++)
                WORKLOADS[i].run();
        return 0;
    }
    fprintf(stderr, "usage: workloads NAME RUNS\n");
    return 2;
}
