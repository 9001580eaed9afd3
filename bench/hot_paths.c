/* hot_paths - the paths that every message takes, each alone and many times in a function named
 * hot_NAME, so that callgrind can count their instructions whatever else the machine does:
 *
 *   valgrind --tool=callgrind --toggle-collect=hot_fanout hot_paths fanout DIRECTORY
 *
 * Prints how many times it did it. tool/check_instructions.py runs them all and compares. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "api/fanout.h"
#include "api/ws_session.h"
#include "filter/filter.h"
#include "net/testing.h"
#include "net/websocket.h"
#include "net/ws_frame.h"
#include "proto/fields.h"
#include "store/sqlite/sqlite_files.h"
#include "store/sqlite/sqlite_migrate.h"
#include "store/sqlite/sqlite_rows.h"
#include "store/sqlite/sqlite_schema.h"
#include "store/sqlite/sqlite_store.h"

#ifdef __clang__
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif
#define COMMAND                                                                                    \
    "{\"id\":1234567,\"type\":\"message.send\",\"room\":\"25lI5NonKzT\",\"nonce\":"                \
    "\"0192f0c1-7a3e-7b21-8c44-0f9d3e5a6b7c\",\"content\":{\"type\":\"text\",\"text\":\"As long "  \
    "as most of what people write to one another: nearly a hundred characters and then an "        \
    "end.\"}}"

enum { RECEIVERS = 256, MESSAGES = 20, FRAMES = 2000, COMMANDS = 500, BATCHES = 20, BATCH = 50 };
enum { TICKS = 2 * RECEIVERS, HEAD_LEN = 8 };

/* ---- time ------------------------------------------------------------------------------------ */

static uint64_t time_ms = 1700000000000;

/* Instead of the system's: timers are due when we say so, on however slow a machine. */
int clock_gettime(clockid_t clock UNUSED, struct timespec *now)
{
    now->tv_sec = (time_t)(time_ms / 1000);
    now->tv_nsec = (long)(time_ms % 1000) * 1000000;
    return 0;
}

/* ---- frame ----------------------------------------------------------------------------------- */

static char frames[FRAMES][sizeof(COMMAND) + HEAD_LEN];

NOINLINE void hot_frame(void);
NOINLINE void hot_frame(void)
{
    struct ws_decoder decoder = {0};
    struct ws_part part;
    for (size_t i = 0; i < FRAMES; i++) {
        char *at = frames[i];
        REQUIRE(ws_decode(&decoder, &at, frames[i] + sizeof(frames[i]) - 1, &part) == WS_PART);
        REQUIRE(part.ends);
    }
}

static size_t run_frame(const char *dir UNUSED)
{
    const uint8_t mask[4] = {1, 2, 3, 4};
    const size_t len = sizeof(COMMAND) - 1;
    const uint8_t head[HEAD_LEN] = {0x81, 0x80 | 126, len >> 8, len & 0xff, 1, 2, 3, 4};
    for (size_t i = 0; i < FRAMES; i++) {
        memcpy(frames[i], head, HEAD_LEN);
        memcpy(frames[i] + HEAD_LEN, COMMAND, len);
        ws_mask(frames[i] + HEAD_LEN, len, mask, 0);
    }
    hot_frame();
    return FRAMES;
}

/* ---- command --------------------------------------------------------------------------------- */

NOINLINE void hot_command(const struct limits *limits);
NOINLINE void hot_command(const struct limits *limits)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        struct arena arena = ARENA_INIT;
        struct fields fields;
        REQUIRE(fields_parse(&fields, &arena, arena_copy(&arena, STR(COMMAND))));
        (void)fields_reply_to(&fields);
        (void)fields_text(&fields, "type", REQUIRED, 1, 64);
        (void)fields_room(&fields, "room");
        (void)fields_nonce(&fields, REQUIRED);
        REQUIRE(fields_content(&fields, limits, NULL).len > 0);
        arena_deinit(&arena);
    }
}

static size_t run_command(const char *dir UNUSED)
{
    struct limits limits;
    limits_init(&limits);
    hot_command(&limits);
    return COMMANDS;
}

/* ---- append ---------------------------------------------------------------------------------- */

static struct append batch_of(struct event *events[BATCH], room_id room, uint64_t first)
{
    for (size_t i = 0; i < BATCH; i++) {
        char nonce[40];
        int len = snprintf(nonce, sizeof(nonce), "0192f0c1-7a3e-7b21-8c44-%012llx",
                           (unsigned long long)((first + i) * 0x9e3779b97f4a7c15u >> 16));
        events[i] = event_new(&(struct event){
            .type = EVENT_MESSAGE_CREATED,
            .room = room,
            .seq = first + i,
            .count = first + i,
            .sender = {1000 + i % 10},
            .created_at = 1700000000000,
            .nonce = str_of(nonce, (size_t)len),
            .payload = STR("{\"type\":\"text\",\"text\":\"A hundred characters, more or "
                           "less, so that it looks like what people write.\"}")});
    }
    return (struct append){.room = room, .events = events, .count = BATCH};
}

NOINLINE void hot_append(struct store_conn *conn, struct append *append);
NOINLINE void hot_append(struct store_conn *conn, struct append *append)
{
    REQUIRE(sql_do(conn, SQL_BEGIN_WRITE) == 0);
    REQUIRE(sqlite_append(conn, append) == 0);
    REQUIRE(sql_do(conn, SQL_COMMIT) == 0);
}

static size_t run_append(const char *dir)
{
    char why[SQLITE_WHY_SIZE], path[SQLITE_PATH_SIZE];
    struct store *store;
    struct sqlite_options options = {.data_dir = dir, .readers = 1, .cache_kib = 65536};
    if (sqlite_store_open(&store, &options, why) != 0)
        errx(1, "%s", why);
    store_close(store);
    struct store_conn *conn;
    REQUIRE(data_path(path, dir, SQLITE_FILE, why) == 0);
    REQUIRE(sqlite_conn_open(&conn, path, CONN_WRITER, 65536) == 0);
    for (size_t b = 0; b < BATCHES; b++) {
        struct event *events[BATCH];
        struct append append = batch_of(events, (room_id){77}, b * BATCH + 1);
        hot_append(conn, &append);
        for (size_t i = 0; i < BATCH; i++)
            event_unref(events[i]);
    }
    sqlite_conn_close(conn);
    return (size_t)BATCHES * BATCH;
}

/* ---- fan-out --------------------------------------------------------------------------------- */

static struct websocket *accepted;

static void on_text(struct websocket *ws UNUSED, struct str text UNUSED)
{
}
static void on_close(struct websocket *ws UNUSED, uint16_t code UNUSED)
{
}
static const struct ws_handler ws_handler = {on_text, on_close};

static void on_request(void *ctx UNUSED, struct http_exchange *exchange)
{
    accepted = ws_accept(exchange, STR_NONE, &ws_handler, NULL);
}

struct hall {
    struct rig rig;
    struct bus *bus;
    struct fanout *fanout;
    struct ws_session sessions[RECEIVERS];
    int peers[RECEIVERS];
};

static void enter(struct hall *hall, size_t nth)
{
    static const char upgrade[] =
        "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    static const struct ip_address nowhere;
    int ends[2];
    const room_id room = {77};
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    REQUIRE(http_server_adopt(hall->rig.server, ends[0], &nowhere) == 0);
    REQUIRE(write(ends[1], upgrade, sizeof(upgrade) - 1) == sizeof(upgrade) - 1);
    rig_turn(&hall->rig);
    REQUIRE(accepted);
    struct ws_session *session = &hall->sessions[nth];
    session->ws = TAKE(accepted);
    session->live = true;
    session->person = fanout_enter(hall->fanout, (user_id){nth + 1}, &session->link);
    fanout_subscribe_all(hall->fanout, session->person, &room, 1);
    hall->peers[nth] = ends[1];
}

static void hear(struct hall *hall)
{
    char heard[65536];
    for (size_t i = 0; i < RECEIVERS; i++)
        REQUIRE(read(hall->peers[i], heard, sizeof(heard)) > 0);
}

/* From what the bus gives to the worker to all of it having left. */
NOINLINE void hot_fanout(struct loop *loop);
NOINLINE void hot_fanout(struct loop *loop)
{
    loop_turn(loop, 0);
}

/* A turn of a worker with nothing to do but its connections' timers: one of them falls due, and is pinged. */
NOINLINE void hot_idle(struct loop *loop);
NOINLINE void hot_idle(struct loop *loop)
{
    loop_turn(loop, 0);
}

static struct hall *hall_open(uint64_t apart_ms)
{
    struct hall *hall = NEW(struct hall);
    rig_open(&hall->rig, on_request);
    hall->bus = bus_local_new(1, 0);
    hall->fanout = fanout_new(hall->bus, 0);
    bus_attach(hall->bus, 0, loop_inbox(hall->rig.loop), fanout_subscriber(hall->fanout));
    for (size_t i = 0; i < RECEIVERS; i++, time_ms += apart_ms)
        enter(hall, i);
    hear(hall);
    return hall;
}

static size_t run_fanout(const char *dir UNUSED)
{
    struct hall *hall = hall_open(0);
    for (uint64_t i = 0; i < MESSAGES; i++) {
        struct event *events[BATCH];
        (void)batch_of(events, (room_id){77}, i * BATCH + 1);
        bus_publish_events(hall->bus, events, 1);
        hot_fanout(hall->rig.loop);
        hear(hall);
        for (size_t e = 0; e < BATCH; e++)
            event_unref(events[e]);
    }
    return (size_t)MESSAGES * RECEIVERS; /* the rest goes with the process */
}

/* Who was pinged answers. Returns how many were. */
static size_t answer_pings(struct hall *hall)
{
    static const uint8_t pong[] = {0x8a, 0x80, 0, 0, 0, 0};
    uint8_t heard[64];
    size_t pinged = 0;
    for (size_t i = 0; i < RECEIVERS; i++) {
        ssize_t len = read(hall->peers[i], heard, sizeof(heard));
        REQUIRE(len != 0);
        if (len < 0)
            continue;
        REQUIRE(heard[0] == 0x89);
        REQUIRE(write(hall->peers[i], pong, sizeof(pong)) == sizeof(pong));
        pinged++;
    }
    return pinged;
}

static size_t run_idle(const char *dir UNUSED)
{
    struct limits limits;
    limits_init(&limits);
    const uint64_t tick_ms = limits.ping_after_s * 1000 / RECEIVERS;
    struct hall *hall = hall_open(tick_ms);
    size_t pinged = 0;
    for (size_t i = 0; i < TICKS; i++) {
        time_ms += tick_ms;
        hot_idle(hall->rig.loop);
        pinged += answer_pings(hall);
    }
    REQUIRE(pinged >= RECEIVERS); /* each at least once */
    return TICKS;
}

/* ---- filter ---------------------------------------------------------------------------------- */

enum { FEW_ENTRIES = 10, MANY_ENTRIES = 500, TEXT_LEN = 16384 };

NOINLINE void hot_filter_few(const struct filter *filter, struct str text);
NOINLINE void hot_filter_few(const struct filter *filter, struct str text)
{
    REQUIRE(filter_judge(filter, text) == FILTER_PASSES);
}

NOINLINE void hot_filter_many(const struct filter *filter, struct str text);
NOINLINE void hot_filter_many(const struct filter *filter, struct str text)
{
    REQUIRE(filter_judge(filter, text) == FILTER_PASSES);
}

/* A text that nearly is what is looked for, everywhere: one pass, however many entries there are. */
static size_t run_filter(int entries, void (*judge)(const struct filter *, struct str))
{
    struct buf rules = BUF_INIT, text = BUF_INIT;
    buf_put_lit(&rules, "{\"words\":[\"x\"");
    for (int i = 0; i < entries; i++)
        buf_printf(&rules, ",\"aaaaaaaab%d*\"", i);
    buf_put_lit(&rules, "]}");
    while (text.len < TEXT_LEN)
        buf_put_lit(&text, "aaaaaaaac aaaaaaaaaaaaab ");
    judge(filter_new(buf_str(&rules)), buf_str(&text));
    return 1; /* the rest goes with the process */
}

static size_t run_filter_few(const char *dir UNUSED)
{
    return run_filter(FEW_ENTRIES, hot_filter_few);
}

static size_t run_filter_many(const char *dir UNUSED)
{
    return run_filter(MANY_ENTRIES, hot_filter_many);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        size_t (*run)(const char *dir);
    } paths[] = {{"frame", run_frame},
                 {"command", run_command},
                 {"append", run_append},
                 {"fanout", run_fanout},
                 {"idle", run_idle},
                 {"filter_few", run_filter_few},
                 {"filter_many", run_filter_many}};
    for (size_t i = 0; argc == 3 && i < ARRAY_LEN(paths); i++)
        if (strcmp(paths[i].name, argv[1]) == 0)
            return printf("%zu\n", paths[i].run(argv[2])) < 0;
    fputs("hot_paths frame|command|append|fanout|idle|filter_few|filter_many DIRECTORY\n", stderr);
    return 2;
}
