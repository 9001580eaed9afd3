/* store_bench - durable rows a second through store_append, beside a bare SQLite that inserts the
 * same rows: what the store itself costs over its engine.
 *
 * A thousand rooms of five; each row goes to a random room that has none under way. `batch` rows
 * are always under way, so a group commit finds about so many. The bare insert writes the event and
 * the index of nonces alone: no members, no read markers, no check that the log goes on. */
#include <dirent.h>
#include <err.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "histogram.h"
#include "store/sqlite/sqlite_store.h"
#include "store/store.h"

enum { ROOMS = 1000, MEMBERS = 5, PAYLOAD_BYTES = 180, BATCH_MOST = 1000 };

struct room_state {
    room_id id;
    uint64_t last_seq;
};

struct sender {
    struct append append;
    struct event *event;
    struct bench *bench;
    struct room_state *room;
    uint64_t sent_ns;
};

struct bench {
    struct store *store;
    struct inbox inbox;
    struct room_state rooms[ROOMS];
    struct room_state *idle[ROOMS]; /* those with nothing under way */
    size_t idle_count;
    struct sender senders[BATCH_MOST];
    uint64_t to_send, under_way;
    struct histogram latency;
};

static uint64_t next_random(void)
{
    static uint64_t state = 88172645463325252u; /* the same rows each time */
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state >> 1;
}

static user_id member_of(room_id room, uint64_t n)
{
    return (user_id){(room.v ^ (0x9e3779b97f4a7c15u * (n + 1))) >> 1 | 1};
}

static struct str next_nonce(char text[64])
{
    static uint64_t made;
    int len = snprintf(text, 64, "0192f0c1-%04x-7%03x-8%03x-%012" PRIx64,
                       (unsigned)(made >> 12 & 0xffff), (unsigned)(made & 0xfff),
                       (unsigned)(next_random() & 0xfff), next_random() & 0xffffffffffff);
    made++;
    return str_of(text, (size_t)len);
}

static struct event *next_event(struct room_state *room)
{
    static char payload[PAYLOAD_BYTES];
    memset(payload, 'x', sizeof(payload));
    char nonce[64];
    room->last_seq++;
    return event_new(&(struct event){.type = EVENT_MESSAGE_CREATED,
                                     .room = room->id,
                                     .seq = room->last_seq,
                                     .count = room->last_seq,
                                     .sender = member_of(room->id, next_random() % MEMBERS),
                                     .created_at = 1700000000000 + (int64_t)room->last_seq,
                                     .nonce = next_nonce(nonce),
                                     .payload = str_of(payload, sizeof(payload))});
}

/* ---- through the store ----------------------------------------------------------------------- */

static void send_next(struct sender *sender)
{
    struct bench *bench = sender->bench;
    size_t pick = next_random() % bench->idle_count;
    sender->room = bench->idle[pick];
    bench->idle[pick] = bench->idle[--bench->idle_count];
    sender->event = next_event(sender->room);
    sender->append.room = sender->room->id;
    sender->append.events = &sender->event;
    sender->append.count = 1;
    sender->sent_ns = now_ns();
    bench->to_send--;
    bench->under_way++;
    store_append(bench->store, &sender->append);
}

static void is_durable(struct store_job *job)
{
    struct sender *sender =
        CONTAINER_OF(CONTAINER_OF(job, struct append, job), struct sender, append);
    struct bench *bench = sender->bench;
    if (job->rc != 0)
        errx(1, "an append failed: %s", strerror(-job->rc));
    histogram_add(&bench->latency, now_ns() - sender->sent_ns);
    event_unref(sender->event);
    bench->idle[bench->idle_count++] = sender->room;
    bench->under_way--;
    if (bench->to_send)
        send_next(sender);
}

static void run_until_idle(struct bench *bench)
{
    while (bench->under_way)
        if (inbox_run(&bench->inbox, BATCH_MOST) == 0)
            inbox_wait(&bench->inbox, -1);
}

static void make_room(struct bench *bench, struct room_state *room)
{
    struct sender *sender = &bench->senders[0];
    struct projection projections[MEMBERS + 1] = {
        {.kind = PROJECT_ROOM,
         .room_kind = ROOM_GROUP,
         .change = {.name = STR("Bench"), .edit_history_s = 0},
         .seq = 1}};
    for (uint64_t i = 0; i < MEMBERS; i++)
        projections[i + 1] = (struct projection){
            .kind = PROJECT_MEMBER, .user = member_of(room->id, i), .role = ROLE_MEMBER, .seq = 1};
    sender->append.projections = projections;
    sender->append.projection_count = MEMBERS + 1;
    bench->idle[0] = room;
    bench->idle_count = 1;
    bench->to_send = 1;
    send_next(sender);
    run_until_idle(bench);
    sender->append.projections = NULL;
    sender->append.projection_count = 0;
}

static void start(struct bench *bench, const char *dir)
{
    char why[SQLITE_WHY_SIZE];
    struct sqlite_options options = {.data_dir = dir, .readers = 1, .cache_kib = 65536};
    if (sqlite_store_open(&bench->store, &options, why) != 0)
        errx(1, "%s", why);
    if (inbox_init(&bench->inbox) != 0)
        err(1, "eventfd");
    for (size_t i = 0; i < BATCH_MOST; i++)
        bench->senders[i] = (struct sender){
            .append = {.job = {.home = &bench->inbox, .done = is_durable}}, .bench = bench};
    for (size_t i = 0; i < ROOMS; i++) {
        bench->rooms[i] = (struct room_state){.id = {next_random() | 1}};
        make_room(bench, &bench->rooms[i]);
    }
    for (size_t i = 0; i < ROOMS; i++)
        bench->idle[i] = &bench->rooms[i];
    bench->idle_count = ROOMS;
}

static double through_store(const char *dir, size_t batch, uint64_t rows)
{
    struct bench *bench = NEW(struct bench);
    start(bench, dir);
    bench->latency = (struct histogram){0};
    bench->to_send = rows;
    uint64_t begin = now_ns();
    for (size_t i = 0; i < batch && bench->to_send; i++)
        send_next(&bench->senders[i]);
    run_until_idle(bench);
    double seconds = (double)(now_ns() - begin) / 1e9;
    printf("store  batch %4zu: %7.0f rows/s, p50 %6.2f ms, p99 %6.2f ms\n", batch,
           (double)rows / seconds, (double)histogram_share(&bench->latency, 0.5) / 1e6,
           (double)histogram_share(&bench->latency, 0.99) / 1e6);
    store_close(bench->store);
    inbox_deinit(&bench->inbox);
    xfree(bench);
    return (double)rows / seconds;
}

/* ---- bare ------------------------------------------------------------------------------------ */

static void run_sql(sqlite3 *db, const char *text)
{
    char *why = NULL;
    if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
        errx(1, "%s: %s", text, why);
}

static sqlite3 *open_bare(const char *dir)
{
    char path[512];
    sqlite3 *db;
    snprintf(path, sizeof(path), "%s/bare.db", dir);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        errx(1, "%s", sqlite3_errmsg(db));
    run_sql(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
                "PRAGMA wal_autocheckpoint = 10000;"
                "CREATE TABLE event (room INTEGER, seq INTEGER, type INTEGER, sender INTEGER,"
                " created_at INTEGER, count INTEGER, nonce, payload BLOB,"
                " PRIMARY KEY (room, seq)) WITHOUT ROWID;"
                "CREATE UNIQUE INDEX event_nonce ON event (room, sender, nonce)");
    return db;
}

static void insert_bare(sqlite3_stmt *insert, struct room_state *room)
{
    uint64_t nonce[2] = {next_random(), next_random()};
    struct event *event = next_event(room);
    sqlite3_bind_int64(insert, 1, (int64_t)event->room.v);
    sqlite3_bind_int64(insert, 2, (int64_t)event->seq);
    sqlite3_bind_int64(insert, 3, (int64_t)event->sender.v);
    sqlite3_bind_int64(insert, 4, event->created_at);
    sqlite3_bind_int64(insert, 5, (int64_t)event->count);
    sqlite3_bind_blob(insert, 6, nonce, sizeof(nonce), SQLITE_STATIC);
    sqlite3_bind_blob(insert, 7, event->payload.ptr, (int)event->payload.len, SQLITE_STATIC);
    if (sqlite3_step(insert) != SQLITE_DONE)
        errx(1, "an insert failed");
    sqlite3_reset(insert);
    event_unref(event);
}

static double bare(const char *dir, size_t batch, uint64_t rows)
{
    static struct room_state rooms[ROOMS];
    sqlite3 *db = open_bare(dir);
    sqlite3_stmt *insert = NULL;
    for (size_t i = 0; i < ROOMS; i++)
        rooms[i] = (struct room_state){.id = {next_random() | 1}};
    if (sqlite3_prepare_v2(db, "INSERT INTO event VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7)", -1,
                           &insert, NULL) != SQLITE_OK)
        errx(1, "%s", sqlite3_errmsg(db));
    uint64_t begin = now_ns();
    for (uint64_t done = 0; done < rows;) {
        run_sql(db, "BEGIN IMMEDIATE");
        for (size_t i = 0; i < batch && done < rows; i++, done++)
            insert_bare(insert, &rooms[next_random() % ROOMS]);
        run_sql(db, "COMMIT");
    }
    double seconds = (double)(now_ns() - begin) / 1e9;
    printf("bare   batch %4zu: %7.0f rows/s\n", batch, (double)rows / seconds);
    sqlite3_finalize(insert);
    sqlite3_close(db);
    return (double)rows / seconds;
}

/* ---- both ------------------------------------------------------------------------------------ */

static void empty_dir(const char *dir)
{
    DIR *stream = opendir(dir);
    struct dirent *entry;
    char path[512];
    while (stream && (entry = readdir(stream))) {
        snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
        (void)unlink(path);
    }
    if (stream)
        closedir(stream);
}

int main(int argc, char **argv)
{
    static const struct {
        size_t batch;
        uint64_t rows;
    } cases[] = {{1, 5000}, {200, 100000}, {1000, 200000}};
    char dir[256];
    snprintf(dir, sizeof(dir), "%s/store-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(dir))
        err(1, "%s", dir);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        double own = through_store(dir, cases[i].batch, cases[i].rows);
        empty_dir(dir);
        double plain = bare(dir, cases[i].batch, cases[i].rows);
        empty_dir(dir);
        printf("       batch %4zu: the store does %.0f %% of the bare engine\n", cases[i].batch,
               own / plain * 100);
    }
    return rmdir(dir);
}
