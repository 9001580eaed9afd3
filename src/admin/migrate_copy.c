#include "admin/migrate_copy.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "store/store_wait.h"

enum { PAGE_BYTES = 1 << 20, ROOMS_AT_ONCE = 200, TRIES = 30, PAUSE_US = 1000000, SUM_LEN = 16 };

/* The target's mark: ID, where it is (a kind's table, or one of these), a line's end, and the place where
 * that kind goes on. */
#define NOTHING_YET "-"
#define ALL_COPIED "*"

/* ---- jobs, tried again while a database is away ------------------------------------------------------- */

static bool may_pass(int rc)
{
    return rc == -EBUSY || rc == -EAGAIN;
}

static int patiently(struct migrate *migrate, struct store *store, struct store_job *job,
                     int (*wait)(struct store *store, struct store_job *job))
{
    int rc = wait(store, job);
    for (int tries = 1; may_pass(rc) && tries < TRIES; tries++) {
        migrate_bar_hide(&migrate->bar);
        if (tries == 1)
            fprintf(migrate->bar.out, "The %s does not answer; trying for half a minute.\n",
                    store == migrate->from ? "source" : "target");
        (void)usleep(PAUSE_US);
        rc = wait(store, job);
    }
    return rc;
}

/* ---- pages ------------------------------------------------------------------------------------------------ */

struct read_job {
    struct store_job job;
    const struct kind *kind;
    struct str after;
    size_t limit;
    struct arena *arena;
    struct kind_rows page;
};

static int run_read(struct store_job *job, struct store_conn *conn)
{
    struct read_job *read = CONTAINER_OF(job, struct read_job, job);
    return store_rows_read(conn, read->kind, read->after, read->limit, PAGE_BYTES, read->arena,
                           &read->page);
}

static int read_page(struct migrate *migrate, struct store *store, const struct kind *kind,
                     struct str after, struct arena *arena, struct kind_rows *out)
{
    struct read_job read = {
        .job.run = run_read, .kind = kind, .after = after, .limit = migrate->batch, .arena = arena};
    int rc = patiently(migrate, store, &read.job, store_read_wait);
    *out = read.page;
    if (rc == -ENOTSUP)
        snprintf(migrate->why, sizeof(migrate->why),
                 "the database has a field %.*s that this version does not know: migrate with the "
                 "version that wrote it",
                 STR_ARG(read.page.unknown));
    else if (rc != 0)
        snprintf(migrate->why, sizeof(migrate->why),
                 "the %s of the %s cannot be read: %s; mend that, and run the same command again: "
                 "it goes on where it was",
                 kind->name, store == migrate->from ? "source" : "target", strerror(-rc));
    return rc;
}

struct meta_job {
    struct store_job job;
    struct arena *arena;
    struct str name, value;
};

static int run_meta(struct store_job *job, struct store_conn *conn)
{
    struct meta_job *meta = CONTAINER_OF(job, struct meta_job, job);
    int rc = store_meta_get(conn, meta->name, meta->arena, &meta->value);
    return rc == -ENOENT ? 0 : rc;
}

static int read_meta(struct migrate *migrate, struct store *store, struct str name,
                     struct arena *arena, struct str *out)
{
    struct meta_job meta = {.job.run = run_meta, .arena = arena, .name = name};
    int rc = patiently(migrate, store, &meta.job, store_read_wait);
    *out = meta.value;
    if (rc != 0)
        snprintf(migrate->why, sizeof(migrate->why),
                 "the %s cannot be read: %s; mend that, and run the same command again",
                 store == migrate->from ? "source" : "target", strerror(-rc));
    return rc;
}

/* ---- what is there ------------------------------------------------------------------------------------------ */

/* 1: there is a row that is not of the store's own. */
static int has_rows(struct migrate *migrate, struct store *store)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct kind_rows page;
        int rc = read_page(migrate, store, &store_kinds[i], STR_NONE, &arena, &page);
        if (rc != 0)
            return rc;
        for (size_t j = 0; j < page.count; j++)
            if (!kind_is_private(&store_kinds[i], page.items[j]))
                return 1;
    }
    return 0;
}

struct count_job {
    struct store_job job;
    uint64_t rows;
};

static int run_count(struct store_job *job, struct store_conn *conn)
{
    struct count_job *count = CONTAINER_OF(job, struct count_job, job);
    uint64_t rows = 0;
    int rc = 0;
    count->rows = 0;
    for (size_t i = 0; rc == 0 && i < KIND_COUNT; i++) {
        rc = store_rows_count(conn, &store_kinds[i], &rows);
        count->rows += rows;
    }
    return rc;
}

static uint64_t count_rows(struct migrate *migrate, struct store *store)
{
    struct count_job count = {.job.run = run_count};
    return patiently(migrate, store, &count.job, store_read_wait) == 0 ? count.rows : 0;
}

/* ---- whose copy it is ------------------------------------------------------------------------------------------ */

/* The database's own secret and all columns, so that neither another source nor another version goes on. */
static int find_id(struct migrate *migrate)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    OWN(buf_deinit) struct buf all = BUF_INIT;
    uint8_t hash[SUM_LEN];
    REQUIRE(sodium_init() >= 0);
    struct str key = STR_NONE;
    int rc = read_meta(migrate, migrate->from, STR("id_key"), &arena, &key);
    if (rc != 0)
        return rc;
    buf_put_str(&all, key);
    for (size_t i = 0; i < KIND_COUNT; i++)
        for (size_t j = 0; store_kinds[i].columns[j].name; j++)
            buf_printf(&all, " %s.%s", store_kinds[i].sqlite, store_kinds[i].columns[j].name);
    crypto_generichash(hash, sizeof(hash), (const uint8_t *)all.ptr, all.len, NULL, 0);
    for (size_t i = 0; i < MIGRATE_ID_LEN / 2; i++)
        snprintf(migrate->id + 2 * i, 3, "%02x", hash[i]);
    return 0;
}

/* ---- writing ------------------------------------------------------------------------------------------------------ */

struct write_job {
    struct store_job job;
    const struct kind *kind; /* NULL: the mark alone */
    struct kind_rows rows;
    struct str before, after; /* marks */
};

/* Harmless to do again: where all of it stands, the mark says so; where some does, it stays. */
static int run_write(struct store_job *job, struct store_conn *conn)
{
    struct write_job *write = CONTAINER_OF(job, struct write_job, job);
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str mark = STR_NONE;
    int rc = store_meta_get(conn, STR(KIND_MARK), &arena, &mark);
    if (rc != 0 && rc != -ENOENT)
        return rc;
    if (rc == 0 && str_eq(mark, write->after))
        return 0;
    if (!str_eq(rc == 0 ? mark : STR(""), write->before))
        return -ESTALE;
    rc = write->kind ? store_rows_write(conn, write->kind, &write->rows) : 0;
    return rc == 0 ? store_meta_put(conn, STR(KIND_MARK), write->after) : rc;
}

static int write_page(struct migrate *migrate, const struct kind *kind, struct kind_rows rows,
                      struct str before, struct str after)
{
    struct write_job write = {
        .job.run = run_write, .kind = kind, .rows = rows, .before = before, .after = after};
    int rc = patiently(migrate, migrate->to, &write.job, store_fill_wait);
    if (rc == -ESTALE)
        snprintf(migrate->why, sizeof(migrate->why),
                 "somebody else writes to the target: another `natternet migrate`?");
    else if (rc != 0)
        snprintf(migrate->why, sizeof(migrate->why),
                 "the %s cannot be written: %s; mend that, and run the same command again: it "
                 "goes on where it was",
                 kind ? kind->name : "target", strerror(-rc));
    return rc;
}

static struct str mark_at(const struct migrate *migrate, const char *where, struct str place,
                          struct arena *arena)
{
    OWN(buf_deinit) struct buf mark = BUF_INIT;
    buf_printf(&mark, "%s %s\n", migrate->id, where);
    buf_put_str(&mark, place);
    return arena_copy(arena, buf_str(&mark));
}

static int set_mark(struct migrate *migrate, struct str before, struct str after)
{
    return write_page(migrate, NULL, (struct kind_rows){0}, before, after);
}

static int read_mark(struct migrate *migrate, struct store *store, struct arena *arena,
                     struct str *out)
{
    return read_meta(migrate, store, STR(KIND_MARK), arena, out);
}

/* ---- the three acts --------------------------------------------------------------------------------------------------- */

static int refuse(struct migrate *migrate, const char *sentence)
{
    snprintf(migrate->why, sizeof(migrate->why), "%s", sentence);
    return -EINVAL;
}

int migrate_begin(struct migrate *migrate)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str mark = STR_NONE;
    int rc = read_mark(migrate, migrate->from, &arena, &mark);
    if (rc == 0 && mark.len)
        return refuse(migrate, "the source is itself a copy that was not finished");
    if (rc == 0)
        rc = find_id(migrate);
    int there = rc == 0 ? has_rows(migrate, migrate->from) : rc;
    if (there == 0)
        return refuse(migrate, "the source holds nothing; is that the right one?");
    rc = there < 0 ? there : read_mark(migrate, migrate->to, &arena, &mark);
    if (rc != 0)
        return rc;
    if (mark.len) {
        migrate->goes_on = str_starts(mark, str_from_c(migrate->id));
        return migrate->goes_on
                   ? 0
                   : refuse(migrate, "the target is a copy that was begun from another source, or "
                                     "by another version: empty it first");
    }
    there = has_rows(migrate, migrate->to);
    if (there != 0)
        return there < 0 ? there
                         : refuse(migrate, "the target holds something already, and nothing is "
                                           "written over: name an empty one");
    return set_mark(migrate, STR(""), mark_at(migrate, NOTHING_YET, STR_NONE, &arena));
}

struct settle_job {
    struct store_job job;
    room_id at;
};

static int run_settle(struct store_job *job, struct store_conn *conn)
{
    struct settle_job *settle = CONTAINER_OF(job, struct settle_job, job);
    room_id last = {0};
    int rc = store_settle(conn, settle->at, ROOMS_AT_ONCE, &last);
    if (rc == 0)
        settle->at = last;
    return rc;
}

static int settle(struct migrate *migrate)
{
    struct settle_job job = {.job.run = run_settle};
    int rc;
    do
        rc = patiently(migrate, migrate->from, &job.job, store_read_wait);
    while (rc == 0 && job.at.v);
    if (rc != 0)
        snprintf(migrate->why, sizeof(migrate->why),
                 "what a crash left undone in the source cannot be finished: %s", strerror(-rc));
    return rc;
}

static int copy_kind(struct migrate *migrate, const struct kind *kind, struct str before,
                     struct str place, const char *then)
{
    int rc = 0;
    bool more = true;
    OWN(arena_deinit) struct arena last = ARENA_INIT; /* has before and place */
    while (rc == 0 && more) {
        struct arena arena = ARENA_INIT;
        struct kind_rows page;
        rc = read_page(migrate, migrate->from, kind, place, &arena, &page);
        more = page.next.len > 0;
        struct str mark = mark_at(migrate, more ? kind->sqlite : then, page.next, &arena);
        if (rc == 0)
            rc = write_page(migrate, kind, page, before, mark);
        before = mark;
        place = page.next;
        if (rc == 0)
            migrate_bar_add(&migrate->bar, page.count);
        arena_deinit(&last);
        last = arena;
    }
    return rc;
}

/* Where the mark says that it is: the kind, and the place in it. KIND_COUNT: all is copied. */
static size_t find_kind(struct str mark, struct str *place)
{
    struct str where = str_cut(&mark, '\n');
    (void)str_cut(&where, ' ');
    *place = mark;
    if (str_eq(where, STR(NOTHING_YET)))
        return 0;
    size_t at = 0;
    while (at < KIND_COUNT && !str_eq(where, str_from_c(store_kinds[at].sqlite)))
        at++;
    return at;
}

int migrate_copy(struct migrate *migrate)
{
    uint64_t done = migrate->goes_on ? count_rows(migrate, migrate->to) : 0;
    migrate_bar_begin(&migrate->bar, "copying", done, count_rows(migrate, migrate->from));
    int rc = settle(migrate);
    while (rc == 0) {
        OWN(arena_deinit) struct arena arena = ARENA_INIT;
        struct str mark, place;
        rc = read_mark(migrate, migrate->to, &arena, &mark);
        size_t at = rc == 0 ? find_kind(mark, &place) : KIND_COUNT;
        if (at == KIND_COUNT)
            break;
        migrate_bar_thing(&migrate->bar, store_kinds[at].name);
        rc = copy_kind(migrate, &store_kinds[at], mark, place,
                       at + 1 < KIND_COUNT ? store_kinds[at + 1].sqlite : ALL_COPIED);
        if (rc == 0)
            migrate_bar_thing_end(&migrate->bar);
    }
    return rc;
}

int migrate_end(struct migrate *migrate)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str mark;
    int rc = read_mark(migrate, migrate->to, &arena, &mark);
    return rc == 0 ? set_mark(migrate, mark, STR("")) : rc;
}

/* ---- sums -------------------------------------------------------------------------------------------------------------------- */

static void add_row(const struct kind *kind, const struct kind_value *row, struct buf *text,
                    struct migrate_sum *sum)
{
    union {
        uint8_t bytes[SUM_LEN];
        uint64_t halves[2];
    } hash;
    buf_clear(text);
    for (size_t i = 0; kind->columns[i].name; i++) {
        buf_printf(text, "%lld %zu ", (long long)row[i].number, row[i].text.len);
        buf_put_str(text, row[i].text);
    }
    crypto_generichash(hash.bytes, SUM_LEN, (const uint8_t *)text->ptr, text->len, NULL, 0);
    sum->rows++;
    sum->halves[0] += hash.halves[0];
    sum->halves[1] += hash.halves[1];
}

int migrate_sum(struct migrate *migrate, struct store *store, const struct kind *kind,
                struct migrate_sum *out)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    OWN(arena_deinit) struct arena last = ARENA_INIT; /* has the place */
    struct str place = STR_NONE;
    int rc;
    *out = (struct migrate_sum){0};
    do {
        struct arena arena = ARENA_INIT;
        struct kind_rows page;
        rc = read_page(migrate, store, kind, place, &arena, &page);
        for (size_t i = 0; rc == 0 && i < page.count; i++)
            if (!kind_is_private(kind, page.items[i]))
                add_row(kind, page.items[i], &text, out);
        migrate_bar_add(&migrate->bar, page.count);
        place = page.next;
        arena_deinit(&last);
        last = arena;
    } while (rc == 0 && place.len);
    return rc;
}
