/* Replays an allocation trace (.lmtr) on the C library's realloc and free, or on what was preloaded in their place.

   replay TRACE REPLAYS    prints {"median":ns per request,"min":of the fastest replay,"footprint":memory taken at the peak / peak bytes in use}

   The counterpart in Java is ReplayBench: the same loop, the same warm-up by requests, the same word written to each
   new block; and one replay in the end that writes every byte, so that all memory is touched. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct { uint32_t id, osize, nsize; } Request;

static Request *requests;
static size_t count;
static void **blocks;

static void *ask(void *block, size_t nsize) {
  if (nsize == 0) {
    free(block);
    return NULL;
  }
  return realloc(block, nsize);
}

static void replay(int writing) {
  for (size_t i = 0; i < count; i++) {
    Request r = requests[i];
    void *block = ask(blocks[r.id], r.nsize);
    blocks[r.id] = block;
    if (writing && r.nsize > r.osize)
      memset((char *) block + r.osize, (int) i, r.nsize - r.osize);
    else if (r.osize == 0)
      *(uint64_t *) block = i;
  }
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e9 + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

/* Kilobytes of memory in use (VmRSS) or at the peak (VmHWM). */
static double status(const char *field) {
  char line[256];
  double kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, field, strlen(field)) == 0)
      sscanf(line + strlen(field), ": %lf", &kilobytes);
  if (file)
    fclose(file);
  return kilobytes;
}

static int load(const char *name) {
  struct { char magic[4]; uint32_t version; uint64_t count; } head;
  FILE *file = fopen(name, "rb");
  if (!file || fread(&head, sizeof head, 1, file) != 1 || memcmp(head.magic, "LMTR", 4) != 0 || head.version != 1)
    return 0;
  count = head.count;
  requests = malloc(count * sizeof *requests);
  size_t read = fread(requests, sizeof *requests, count, file);
  fclose(file);
  return read == count;
}

int main(int argc, char **argv) {
  if (argc != 3 || !load(argv[1])) {
    fprintf(stderr, "usage: replay TRACE.lmtr REPLAYS\n");
    return 2;
  }
  int replays = atoi(argv[2]);
  uint32_t ids = 0;
  double live = 0, peak = 0;
  for (size_t i = 0; i < count; i++) {
    if (requests[i].id >= ids)
      ids = requests[i].id + 1;
    live += (double) requests[i].nsize - requests[i].osize;
    if (live > peak)
      peak = live;
  }
  blocks = calloc(ids, sizeof *blocks);
  memset(blocks, 0, ids * sizeof *blocks);
  double before = status("VmRSS");
  replay(1);
  double footprint = (status("VmHWM") - before) * 1024 / peak;
  size_t warm = 160000000 / count;
  for (size_t i = 0; i < (warm < 3 ? 3 : warm > 400 ? 400 : warm); i++)
    replay(0);
  double *times = malloc(replays * sizeof *times);
  for (int i = 0; i < replays; i++) {
    double start = now();
    replay(0);
    times[i] = (now() - start) / count;
  }
  qsort(times, replays, sizeof *times, ascending);
  printf("{\"median\":%.3f,\"min\":%.3f,\"footprint\":%.4f}\n", times[(replays - 1) / 2], times[0], footprint);
  return 0;
}
