/* engines - SQLite, LMDB and RocksDB with the same rows, in alternating rounds, as one table of Markdown.
 *
 *   engines DIRECTORY [ROWS_BEFORE] [ROUNDS]
 *
 * Each engine has its rows of before (1,000,000) in a folder of its own, then in each of the rounds (5) opens that,
 * writes messages durably in batches of 1, 20 and 200, and reads pages of 50 messages from anywhere. All write the
 * same rows, and what they read has to add up to the same. Exit status 1 where anything fails, 2 for a wrong use. */
#include <endian.h>
#include <err.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "engines.h"
#include "histogram.h"
#include "log_table.h"
#include "proc.h"

enum {
    ROOMS = 100,
    SENDERS = 1024,
    PAYLOAD_BYTES = LOG_PAYLOAD_BYTES,
    SIZES = 3, /* of batches */
    ROUNDS_MOST = 25,
    FILL_BATCH = 1000,
    PAGES = 2000,
    PAGE = 50,
    ENGINES = 4,
};

static const struct engine *const engines[ENGINES] = {&engine_sqlite, &engine_sqlite_gathered,
                                                      &engine_lmdb, &engine_rocksdb};
static const struct {
    size_t rows, commits; /* of a round */
} sizes[SIZES] = {{1, 1000}, {20, 500}, {200, 250}};

/* What the rounds of one engine came to; they are processes of their own, and this is their common memory. */
struct measured {
    uint64_t rows;
    size_t rounds;
    double rows_per_s[SIZES][ROUNDS_MOST], cpu_us[SIZES][ROUNDS_MOST]; /* cpu_us: a row */
    struct histogram commits[SIZES], pages;
    uint64_t sum;                       /* of all that was read */
    uint64_t own_kib, mapped_kib, disk; /* at the end of the last round; disk in bytes */
};

/* ---- rows ---------------------------------------------------------------------------------------- */

static uint64_t spread(uint64_t number)
{
    return (number + 1) * 0x9e3779b97f4a7c15ull >> 1;
}

/* Words that many use, and each third one that few do: an engine that compresses finds what it would find. */
static void write_words(char payload[PAYLOAD_BYTES], uint64_t row)
{
    static const char *const words[] = {"the",  "we",      "tomorrow", "have", "is",   "meeting",
                                        "at",   "and",     "thanks",   "for",  "that", "you",
                                        "I",    "look",    "into",     "not",  "yes",  "later",
                                        "with", "file",    "could",    "it",   "send", "please",
                                        "on",   "release", "Monday",   "done", "what", "about"};
    uint64_t state = spread(row) | 1;
    size_t at = (size_t)snprintf(payload, PAYLOAD_BYTES, "{\"content\":{\"text\":\"");
    while (at < PAYLOAD_BYTES - 3) {
        char rare[] = "abcde";
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        for (size_t i = 0; i < sizeof(rare) - 1; i++)
            rare[i] = (char)('a' + (state >> (8 + 6 * i)) % 26);
        size_t room = PAYLOAD_BYTES - 3 - at;
        int written =
            snprintf(payload + at, room, "%s ", state % 3 == 0 ? rare : words[(state >> 40) % 30]);
        at += (size_t)written < room ? (size_t)written : room;
    }
    memcpy(payload + PAYLOAD_BYTES - 3, "\"}}", 3);
}

/* A sender is in one room and counts their own messages. Each row says the same however often it is asked for. */
static struct row row_of(uint64_t number, char payload[PAYLOAD_BYTES])
{
    uint64_t sender = number % SENDERS, nonce[2] = {htobe64(number), spread(~number)};
    struct row row = {
        .room = spread(sender % ROOMS),
        .seq = number,
        .type = 1,
        .sender = spread(ROOMS + sender),
        .time = 1700000000000 + number,
        .count = number / ROOMS,
        .payload = payload,
        .payload_bytes = PAYLOAD_BYTES,
    };
    memcpy(row.nonce, nonce, sizeof(nonce));
    write_words(payload, number);
    return row;
}

/* ---- one round, in a process of its own ------------------------------------------------------------ */

static double cpu_s(void)
{
    struct snapshot now;
    snapshot_take(&now, 0);
    return now.own_cpu_s;
}

static void write_batch(const struct engine *engine, void *state, struct measured *to, size_t count)
{
    engine->begin(state);
    for (size_t i = 0; i < count; i++) {
        char payload[PAYLOAD_BYTES];
        struct row row = row_of(++to->rows, payload);
        engine->put(state, &row);
    }
    engine->commit(state);
}

static void measure_writes(const struct engine *engine, void *state, struct measured *to, size_t n)
{
    double cpu_before = cpu_s();
    uint64_t began = now_ns(), last = began;
    for (size_t i = 0; i < sizes[n].commits; i++) {
        write_batch(engine, state, to, sizes[n].rows);
        uint64_t now = now_ns();
        histogram_add(&to->commits[n], now - last);
        last = now;
    }
    double rows = (double)(sizes[n].rows * sizes[n].commits);
    to->rows_per_s[n][to->rounds] = rows * 1e9 / (double)(last - began);
    to->cpu_us[n][to->rounds] = (cpu_s() - cpu_before) * 1e6 / rows;
}

static void measure_pages(const struct engine *engine, void *state, struct measured *to)
{
    for (uint64_t i = 0; i < PAGES; i++) {
        uint64_t random = spread(i * 2654435761u + to->rounds);
        uint64_t before = ROOMS * PAGE + 1 + (random >> 8) % (to->rows - (uint64_t)ROOMS * PAGE);
        uint64_t began = now_ns();
        (void)engine->page(state, spread(random % ROOMS), before, PAGE, &to->sum);
        histogram_add(&to->pages, now_ns() - began);
    }
}

static uint64_t memory_kib(const char *kind)
{
    char line[256];
    unsigned long long kib = 0;
    size_t length = strlen(kind);
    FILE *status = fopen("/proc/self/status", "re");
    while (status && fgets(line, sizeof(line), status))
        if (strncmp(line, kind, length) == 0)
            kib = strtoull(line + length, NULL, 10);
    if (status)
        (void)fclose(status);
    return kib;
}

/* Beyond what a process has that has opened nothing. */
static void run_round(const struct engine *engine, const char *directory, struct measured *to)
{
    uint64_t own = memory_kib("RssAnon:"), mapped = memory_kib("RssFile:");
    void *state = engine->open(directory);
    for (size_t n = 0; n < SIZES; n++)
        measure_writes(engine, state, to, n);
    measure_pages(engine, state, to);
    to->own_kib = memory_kib("RssAnon:") - own;
    to->mapped_kib = memory_kib("RssFile:") - mapped;
    engine->close(state);
    to->rounds++;
}

static void fill(const struct engine *engine, const char *directory, struct measured *to,
                 uint64_t rows)
{
    void *state = engine->open(directory);
    while (to->rows < rows)
        write_batch(engine, state, to, FILL_BATCH);
    engine->close(state);
}

/* With `rows` it fills, else it is a round. */
static void in_a_process(size_t which, const char *in, struct measured *to, uint64_t rows)
{
    char directory[4096];
    int status;
    snprintf(directory, sizeof(directory), "%s/%zu", in, which);
    (void)mkdir(directory, 0700); /* it is there from the second time on */
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0) {
        if (rows > 0)
            fill(engines[which], directory, to, rows);
        else
            run_round(engines[which], directory, to);
        _exit(0);
    }
    if (waitpid(child, &status, 0) < 0 || status != 0)
        errx(1, "%s failed", engines[which]->name);
}

/* ---- the table ------------------------------------------------------------------------------------ */

static uint64_t found_bytes;

static int add_file(const char *path, const struct stat *file, int kind, struct FTW *walk)
{
    (void)path, (void)kind, (void)walk;
    found_bytes += (uint64_t)file->st_blocks * 512;
    return 0;
}

static uint64_t disk_bytes(const char *in, size_t which)
{
    char directory[4096];
    snprintf(directory, sizeof(directory), "%s/%zu", in, which);
    found_bytes = 0;
    if (nftw(directory, add_file, 16, FTW_PHYS) != 0)
        err(1, "%s", directory);
    return found_bytes;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_writes(struct measured *of)
{
    for (size_t n = 0; n < SIZES; n++) {
        double *rates = of->rows_per_s[n];
        qsort(rates, of->rounds, sizeof(*rates), compare);
        printf(" %.0f (%.0f – %.0f) |", rates[of->rounds / 2], rates[0], rates[of->rounds - 1]);
    }
    for (size_t n = 0; n < SIZES; n++)
        printf(" %.2f / %.2f |", (double)histogram_share(&of->commits[n], 0.5) / 1e6,
               (double)histogram_share(&of->commits[n], 0.99) / 1e6);
    for (size_t n = 0; n < SIZES; n += SIZES - 1) {
        qsort(of->cpu_us[n], of->rounds, sizeof(double), compare);
        printf(" %.0f |", of->cpu_us[n][of->rounds / 2]);
    }
}

static void print_table(struct measured *all, uint64_t rows_before)
{
    puts("| | rows a second, batches of 1 | of 20 | of 200 | a commit of 1, p50 / p99 ms | of 20 "
         "| of 200 | processor a row of 1, µs | of 200 | a page of 50, p50 / p99 µs "
         "| bytes on disk a message | memory, MB: own, mapped |\n"
         "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (size_t i = 0; i < ENGINES; i++) {
        struct measured *of = &all[i];
        printf("| %s |", engines[i]->name);
        print_writes(of);
        printf(" %.0f / %.0f | %.0f | %.0f, %.0f |\n",
               (double)histogram_share(&of->pages, 0.5) / 1e3,
               (double)histogram_share(&of->pages, 0.99) / 1e3, (double)of->disk / (double)of->rows,
               (double)of->own_kib / 1024, (double)of->mapped_kib / 1024);
    }
    printf("\nMedian of %zu alternating rounds (smallest and largest), %llu rows of before.\n",
           all[0].rounds, (unsigned long long)rows_before);
}

int main(int argc, char **argv)
{
    uint64_t before = argc > 2 ? strtoull(argv[2], NULL, 10) : 1000000;
    size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 5;
    if (argc < 2 || argc > 4 || before < (uint64_t)2 * ROOMS * PAGE || rounds < 1 ||
        rounds > ROUNDS_MOST) {
        fprintf(stderr, "engines DIRECTORY [ROWS_BEFORE (%d or more)] [ROUNDS (1 to %d)]\n",
                2 * ROOMS * PAGE, ROUNDS_MOST);
        return 2;
    }
    struct measured *all = mmap(NULL, ENGINES * sizeof(*all), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        err(1, "memory");
    for (size_t i = 0; i < ENGINES; i++)
        in_a_process(i, argv[1], &all[i], before);
    for (size_t round = 0; round < rounds; round++)
        for (size_t i = 0; i < ENGINES; i++)
            in_a_process((i + round) % ENGINES, argv[1], &all[(i + round) % ENGINES], 0);
    for (size_t i = 0; i < ENGINES; i++) {
        all[i].disk = disk_bytes(argv[1], i);
        if (all[i].sum != all[0].sum)
            errx(1, "%s reads other rows than %s", engines[i]->name, engines[0]->name);
    }
    print_table(all, before);
    return 0;
}
