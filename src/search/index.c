#include "search/index.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"

/* Without rowids, so that a row lies where its key does. A row of `posting` is a block (block.h): its first
 * number and, packed, those that follow. `message` keeps a message's terms too: they say what to take away
 * once its words are gone from the log. */
static const char tables[] =
    "CREATE TABLE posting (room INTEGER NOT NULL, term TEXT NOT NULL,"
    " seq INTEGER NOT NULL, more BLOB NOT NULL, PRIMARY KEY (room, term, seq)) WITHOUT ROWID;"
    "CREATE TABLE message (room INTEGER NOT NULL, seq INTEGER NOT NULL,"
    " at INTEGER NOT NULL, terms BLOB NOT NULL, PRIMARY KEY (room, seq))"
    " WITHOUT ROWID;"
    "CREATE TABLE progress (room INTEGER PRIMARY KEY, seq INTEGER NOT NULL);";

enum {
    INDEX_APPLICATION_ID = 0x4e4e5349, /* "NNSI" */
    INDEX_VERSION = 2,
    BUSY_MS = 2000,
    WIPE_WAIT_MS = 100,
    CHECKPOINT_PAGES = 8000, /* 32 MB: each syncs, and the disk is the log's */
    PENDING_MOST = 4096,     /* postings: some hundred messages, some hundredths of a second */
};

/* clang-format off */
#define SQL_LIST(X) \
    X(BEGIN, "BEGIN") \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE") \
    X(COMMIT, "COMMIT") \
    X(ROLLBACK, "ROLLBACK") \
    X(MESSAGE_PUT, "INSERT INTO message VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING") \
    X(MESSAGE_TERMS, "SELECT terms FROM message WHERE room = ?1 AND seq = ?2") \
    X(MESSAGE_DELETE, "DELETE FROM message WHERE room = ?1 AND seq = ?2") \
    X(MESSAGE_FIRST, "SELECT seq FROM message WHERE room = ?1 AND seq < ?2 ORDER BY seq LIMIT 1") \
    X(MESSAGE_LAST, "SELECT seq, at FROM message WHERE room = ?1 AND seq <= ?2 ORDER BY seq DESC LIMIT 1") \
    X(BLOCK, "SELECT seq, more FROM posting WHERE room = ?1 AND term = ?2 AND seq <= ?3 ORDER BY seq DESC LIMIT 1") \
    X(BLOCK_PUT, "REPLACE INTO posting VALUES (?1, ?2, ?3, ?4)") \
    X(BLOCK_DELETE, "DELETE FROM posting WHERE room = ?1 AND term = ?2 AND seq = ?3") \
    X(TERM_FROM, "SELECT term FROM posting WHERE room = ?1 AND term >= ?2 ORDER BY term LIMIT 1") \
    X(TERM_BEHIND, "SELECT term FROM posting WHERE room = ?1 AND term > ?2 ORDER BY term LIMIT 1") \
    X(ROOM_FORGET_POSTINGS, "DELETE FROM posting WHERE room = ?1") \
    X(ROOM_FORGET_MESSAGES, "DELETE FROM message WHERE room = ?1") \
    X(PROGRESS, "SELECT seq FROM progress WHERE room = ?1") \
    X(PROGRESS_PUT, "INSERT INTO progress VALUES (?1, ?2) ON CONFLICT DO UPDATE SET seq = excluded.seq")
/* clang-format on */

enum sql {
#define X(name, text) SQL_##name,
    SQL_LIST(X)
#undef X
        SQL_COUNT
};

static const char *const texts[SQL_COUNT] = {
#define X(name, text) text,
    SQL_LIST(X)
#undef X
};

/* A posting that is still to be written. */
struct pending {
    struct str term;
    uint64_t seq;
};

struct index_conn {
    sqlite3 *db;
    bool writes;
    sqlite3_stmt *statements[SQL_COUNT];
    room_id pending_room;
    struct buf pending; /* struct pending of that room: what has the same term is written in one */
    struct arena pending_terms;
};

/* ---- calls of SQLite ------------------------------------------------------------------------------- */

static int errno_of(sqlite3 *db, int code)
{
    switch (code & 0xff) {
    case SQLITE_FULL:
        return -ENOSPC;
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return -EROFS;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: /* a table that should be there is not */
        return -EUCLEAN;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return -EBUSY;
    case SQLITE_NOMEM:
        return -ENOMEM;
    case SQLITE_CANTOPEN:
        return sqlite3_system_errno(db) == ENOENT ? -ENOENT : -EIO;
    default:
        return -EIO;
    }
}

static int run_text(struct index_conn *conn, const char *text)
{
    int code = sqlite3_exec(conn->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK ? 0 : errno_of(conn->db, code);
}

/* A parameter that is not there is our own mistake. */
static void bind_number(sqlite3_stmt *s, int at, uint64_t value)
{
    int64_t number = value > INT64_MAX ? INT64_MAX : (int64_t)value;
    REQUIRE(sqlite3_bind_int64(s, at, number) == SQLITE_OK);
}

static void bind_term(sqlite3_stmt *s, int at, struct str term)
{
    REQUIRE(sqlite3_bind_text64(s, at, term.ptr, term.len, SQLITE_STATIC, SQLITE_UTF8) ==
            SQLITE_OK);
}

static struct str column(sqlite3_stmt *s, int at)
{
    const char *ptr = sqlite3_column_blob(s, at);
    return str_of(ptr ? ptr : "", (size_t)sqlite3_column_bytes(s, at));
}

/* 1: a row; 0: none; else -errno. */
static int step(struct index_conn *conn, sqlite3_stmt *s)
{
    int code = sqlite3_step(s);
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code == SQLITE_ROW;
    return errno_of(conn->db, code);
}

static void reset(sqlite3_stmt *s)
{
    sqlite3_reset(s);
}
OWN_DEFINE(reset, sqlite3_stmt *)

static int run(struct index_conn *conn, sqlite3_stmt *s)
{
    int rc = step(conn, s);
    sqlite3_reset(s);
    return rc < 0 ? rc : 0;
}

/* ---- open and close -------------------------------------------------------------------------------- */

static int number_of(struct index_conn *conn, const char *text, int *out)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v2(conn->db, text, -1, &s, NULL);
    int rc = code == SQLITE_OK ? step(conn, s) : errno_of(conn->db, code);
    if (rc == 1)
        *out = sqlite3_column_int(s, 0);
    sqlite3_finalize(s);
    return rc < 0 ? rc : 0;
}

/* Empty: makes the tables. Of another version: -EUCLEAN. */
static int prepare_tables(struct index_conn *conn)
{
    int id = 0, version = 0;
    char stamp[128];
    int rc = number_of(conn, "PRAGMA application_id", &id);
    if (rc == 0)
        rc = number_of(conn, "PRAGMA user_version", &version);
    if (rc != 0 || (id == INDEX_APPLICATION_ID && version == INDEX_VERSION))
        return rc;
    if (id != 0 || version != 0 || !conn->writes)
        return conn->writes ? -EUCLEAN : -ENOENT;
    snprintf(stamp, sizeof(stamp), "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
             INDEX_APPLICATION_ID, INDEX_VERSION);
    rc = run_text(conn, "BEGIN IMMEDIATE");
    if (rc == 0)
        rc = run_text(conn, tables);
    return rc == 0 ? run_text(conn, stamp) : rc;
}

static int prepare_statements(struct index_conn *conn)
{
    for (size_t i = 0; i < SQL_COUNT; i++) {
        int code = sqlite3_prepare_v3(conn->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                      &conn->statements[i], NULL);
        if (code != SQLITE_OK)
            return errno_of(conn->db, code);
    }
    return 0;
}

/* synchronous = NORMAL: a commit does not sync, so the log has the disk to itself; after a power loss
 * the last of them may be missing, and are made again from the log. */
static int set_up(struct index_conn *conn, size_t cache_kib)
{
    char settings[512];
    snprintf(settings, sizeof(settings),
             "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = %d;"
             "PRAGMA journal_size_limit = 67108864; PRAGMA secure_delete = ON;"
             "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
             "PRAGMA cache_size = -%zu; PRAGMA query_only = %s;",
             CHECKPOINT_PAGES, cache_kib, conn->writes ? "OFF" : "ON");
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    int rc = conn->writes ? run_text(conn, "PRAGMA journal_mode = WAL") : 0;
    if (rc == 0)
        rc = run_text(conn, settings);
    if (rc == 0)
        rc = prepare_tables(conn);
    return rc == 0 ? prepare_statements(conn) : rc;
}

/* As private as the messages themselves; what SQLite puts beside it takes over its rights. */
static int make_private(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int rc = fchmod(fd, 0600) == 0 ? 0 : -errno;
    close(fd);
    return rc;
}

int index_open(struct index_conn **out, const char *path, bool writes, size_t cache_kib)
{
    int made = writes ? make_private(path) : 0;
    if (made != 0)
        return made;
    struct index_conn *conn = NEW(struct index_conn);
    conn->writes = writes;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (writes ? SQLITE_OPEN_CREATE : 0);
    int code = sqlite3_open_v2(path, &conn->db, flags, NULL);
    int rc = code == SQLITE_OK ? set_up(conn, cache_kib) : errno_of(conn->db, code);
    if (rc != 0) {
        index_close(conn);
        return rc;
    }
    *out = conn;
    return 0;
}

void index_close(struct index_conn *conn)
{
    if (!conn)
        return;
    for (size_t i = 0; i < SQL_COUNT; i++)
        sqlite3_finalize(conn->statements[i]);
    REQUIRE(sqlite3_close(conn->db) == SQLITE_OK);
    buf_deinit(&conn->pending);
    arena_deinit(&conn->pending_terms);
    xfree(conn);
}

void index_delete(const char *path)
{
    static const char *const beside[] = {"-wal", "-shm", ""};
    char name[INDEX_PATH_SIZE + 8];
    for (size_t i = 0; i < ARRAY_LEN(beside); i++) {
        snprintf(name, sizeof(name), "%s%s", path, beside[i]);
        (void)unlink(name);
    }
}

int index_begin(struct index_conn *conn)
{
    return run(conn, conn->statements[conn->writes ? SQL_BEGIN_WRITE : SQL_BEGIN]);
}

int index_wipe(struct index_conn *conn)
{
    sqlite3_busy_timeout(conn->db, WIPE_WAIT_MS);
    int code = sqlite3_wal_checkpoint_v2(conn->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(conn->db, BUSY_MS);
    return code == SQLITE_OK ? 0 : errno_of(conn->db, code);
}

/* ---- writing ------------------------------------------------------------------------------------------ */

/* A message's terms in one piece: each behind its length, a byte. */
static void pack(const struct terms *terms, struct buf *out)
{
    for (size_t i = 0; i < terms->count; i++) {
        REQUIRE(terms->items[i].len <= UINT8_MAX);
        buf_put_char(out, (char)terms->items[i].len);
        buf_put_str(out, terms->items[i]);
    }
}

static void bind_place(sqlite3_stmt *s, room_id room, struct str term, uint64_t seq)
{
    bind_number(s, 1, room.v);
    bind_term(s, 2, term);
    bind_number(s, 3, seq);
}

static int delete_block(struct index_conn *conn, room_id room, struct str term, uint64_t first)
{
    sqlite3_stmt *s = conn->statements[SQL_BLOCK_DELETE];
    bind_place(s, room, term, first);
    return run(conn, s);
}

/* In as many rows as it needs. `halved`: where one is too little two get the same, so that both have room
 * for more; else the first is full, as more comes at the end. */
static int put_block(struct index_conn *conn, room_id room, struct str term,
                     const struct block *block, bool halved)
{
    sqlite3_stmt *s = conn->statements[SQL_BLOCK_PUT];
    char packed[BLOCK_BYTES];
    size_t count, half = 0;
    int rc = 0;
    if (halved && block->count) {
        (void)block_pack(block, 0, SIZE_MAX, packed, &count);
        half = count < block->count ? block->count / 2 : 0;
    }
    for (size_t from = 0; rc == 0 && from < block->count; from += count) {
        size_t len = block_pack(block, from, from < half ? half - from : SIZE_MAX, packed, &count);
        bind_place(s, room, term, block->seqs[from]);
        REQUIRE(sqlite3_bind_blob64(s, 4, packed, len, SQLITE_STATIC) == SQLITE_OK);
        rc = run(conn, s);
    }
    return rc;
}

/* Of those of one term, rising, what goes into one block: all, unless another block begins between them, as
 * some are of messages older than others there, or it is full. *done of them. */
static int put_postings(struct index_conn *conn, room_id room, struct str term,
                        const struct pending *pending, size_t count, size_t *done)
{
    struct block block;
    *done = 0;
    for (;; count /= 2) {
        block.count = 0;
        int rc = index_block(conn, room, term, pending[count - 1].seq, &block);
        if (rc != 0 && rc != -ENOENT)
            return rc;
        if (block.count == 0 || block.seqs[0] <= pending[0].seq)
            break;
    }
    uint64_t last = block.count ? block.seqs[block.count - 1] : 0;
    for (; *done < count && block.count <= BLOCK_MOST; (*done)++) {
        size_t at = block_find(&block, pending[*done].seq);
        if (at == SIZE_MAX || block.seqs[at] != pending[*done].seq)
            block_add(&block, pending[*done].seq);
    }
    return put_block(conn, room, term, &block, pending[*done - 1].seq < last);
}

static int remove_posting(struct index_conn *conn, room_id room, struct str term, uint64_t seq)
{
    struct block block;
    int rc = index_block(conn, room, term, seq, &block);
    if (rc != 0)
        return rc == -ENOENT ? 0 : rc;
    size_t at = block_find(&block, seq);
    if (block.seqs[at] != seq)
        return 0;
    block_remove(&block, at);
    if (at == 0)
        rc = delete_block(conn, room, term, seq);
    return rc == 0 ? put_block(conn, room, term, &block, false) : rc;
}

/* The next of what pack() made. False: there is none. */
static bool next_term(struct str *packed, struct str *term)
{
    size_t len = packed->len ? (unsigned char)packed->ptr[0] : 0;
    if (len + 1 > packed->len)
        return false;
    *term = str_of(packed->ptr + 1, len);
    *packed = str_of(packed->ptr + len + 1, packed->len - len - 1);
    return true;
}

static int by_term(const void *a, const void *b)
{
    const struct pending *left = a, *right = b;
    int order = str_compare(left->term, right->term);
    return order ? order : (left->seq > right->seq) - (left->seq < right->seq);
}

static void drop_pending(struct index_conn *conn)
{
    buf_clear(&conn->pending);
    arena_deinit(&conn->pending_terms);
}

static int write_pending(struct index_conn *conn)
{
    struct pending *pending = (struct pending *)(void *)conn->pending.ptr;
    size_t count = conn->pending.len / sizeof(*pending);
    int rc = 0;
    if (count)
        qsort(pending, count, sizeof(*pending), by_term);
    for (size_t at = 0, done, same; rc == 0 && at < count; at += done) {
        for (same = 1; at + same < count && str_eq(pending[at + same].term, pending[at].term);)
            same++;
        rc = put_postings(conn, conn->pending_room, pending[at].term, pending + at, same, &done);
    }
    drop_pending(conn);
    return rc;
}

static int add_pending(struct index_conn *conn, room_id room, uint64_t seq, struct str packed)
{
    int rc = 0;
    if (conn->pending.len >= PENDING_MOST * sizeof(struct pending) ||
        conn->pending_room.v != room.v)
        rc = write_pending(conn);
    conn->pending_room = room;
    struct pending one = {.seq = seq};
    packed = arena_copy(&conn->pending_terms, packed);
    while (next_term(&packed, &one.term))
        buf_put(&conn->pending, &one, sizeof(one));
    return rc;
}

static int remove_postings(struct index_conn *conn, room_id room, uint64_t seq, struct str packed)
{
    struct str term;
    int rc = 0;
    while (rc == 0 && next_term(&packed, &term))
        rc = remove_posting(conn, room, term, seq);
    return rc == 0 && packed.len ? -EUCLEAN : rc;
}

int index_remove(struct index_conn *conn, room_id room, uint64_t seq)
{
    int rc = write_pending(conn);
    if (rc != 0)
        return rc;
    OWN(reset) sqlite3_stmt *known = conn->statements[SQL_MESSAGE_TERMS];
    bind_number(known, 1, room.v);
    bind_number(known, 2, seq);
    rc = step(conn, known);
    if (rc != 1)
        return rc;
    rc = remove_postings(conn, room, seq, column(known, 0));
    sqlite3_reset(known);
    if (rc != 0)
        return rc;
    sqlite3_stmt *s = conn->statements[SQL_MESSAGE_DELETE];
    bind_number(s, 1, room.v);
    bind_number(s, 2, seq);
    return run(conn, s);
}

/* 1: it is there; 0: another stands there already. */
static int put_message(struct index_conn *conn, room_id room, uint64_t seq, int64_t at,
                       struct str packed)
{
    sqlite3_stmt *s = conn->statements[SQL_MESSAGE_PUT];
    bind_number(s, 1, room.v);
    bind_number(s, 2, seq);
    REQUIRE(sqlite3_bind_int64(s, 3, at) == SQLITE_OK);
    REQUIRE(sqlite3_bind_blob64(s, 4, packed.len ? packed.ptr : "", packed.len, SQLITE_STATIC) ==
            SQLITE_OK);
    int rc = run(conn, s);
    return rc == 0 ? sqlite3_changes(conn->db) > 0 : rc;
}

int index_put(struct index_conn *conn, room_id room, uint64_t seq, int64_t at,
              const struct terms *terms)
{
    OWN(buf_deinit) struct buf packed = BUF_INIT;
    pack(terms, &packed);
    int rc = put_message(conn, room, seq, at, buf_str(&packed));
    if (rc == 0) {
        rc = index_remove(conn, room, seq);
        if (rc == 0)
            rc = put_message(conn, room, seq, at, buf_str(&packed));
    }
    return rc < 0 ? rc : add_pending(conn, room, seq, buf_str(&packed));
}

/* 1: there is one. */
static int first_before(struct index_conn *conn, room_id room, uint64_t before, uint64_t *seq)
{
    OWN(reset) sqlite3_stmt *s = conn->statements[SQL_MESSAGE_FIRST];
    bind_number(s, 1, room.v);
    bind_number(s, 2, before);
    int rc = step(conn, s);
    if (rc == 1)
        *seq = (uint64_t)sqlite3_column_int64(s, 0);
    return rc;
}

int index_prune(struct index_conn *conn, room_id room, uint64_t first, size_t most, size_t *count)
{
    uint64_t seq;
    int rc = 0;
    *count = 0;
    while (rc == 0 && *count < most && (rc = first_before(conn, room, first, &seq)) == 1) {
        rc = index_remove(conn, room, seq);
        *count += rc == 0;
    }
    return rc < 0 ? rc : 0;
}

int index_forget_room(struct index_conn *conn, room_id room)
{
    static const enum sql all[] = {SQL_ROOM_FORGET_POSTINGS, SQL_ROOM_FORGET_MESSAGES};
    int rc = write_pending(conn);
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(all); i++) {
        bind_number(conn->statements[all[i]], 1, room.v);
        rc = run(conn, conn->statements[all[i]]);
    }
    return rc == 0 ? index_progress_put(conn, room, 0) : rc;
}

int index_progress_put(struct index_conn *conn, room_id room, uint64_t seq)
{
    sqlite3_stmt *s = conn->statements[SQL_PROGRESS_PUT];
    bind_number(s, 1, room.v);
    bind_number(s, 2, seq);
    return run(conn, s);
}

int index_commit(struct index_conn *conn)
{
    int rc = write_pending(conn);
    return rc == 0 ? run(conn, conn->statements[SQL_COMMIT]) : rc;
}

void index_end(struct index_conn *conn)
{
    drop_pending(conn);
    if (!sqlite3_get_autocommit(conn->db))
        (void)run(conn, conn->statements[SQL_ROLLBACK]);
}

/* ---- reading ------------------------------------------------------------------------------------------ */

int index_progress(struct index_conn *conn, room_id room, uint64_t *seq)
{
    OWN(reset) sqlite3_stmt *s = conn->statements[SQL_PROGRESS];
    bind_number(s, 1, room.v);
    int rc = step(conn, s);
    *seq = rc == 1 ? (uint64_t)sqlite3_column_int64(s, 0) : 0;
    return rc < 0 ? rc : 0;
}

int index_block(struct index_conn *conn, room_id room, struct str term, uint64_t most,
                struct block *out)
{
    OWN(reset) sqlite3_stmt *s = conn->statements[SQL_BLOCK];
    bind_place(s, room, term, most);
    int rc = step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    return block_unpack(out, (uint64_t)sqlite3_column_int64(s, 0), column(s, 1));
}

int index_message(struct index_conn *conn, room_id room, uint64_t most, uint64_t *seq, int64_t *at)
{
    OWN(reset) sqlite3_stmt *s = conn->statements[SQL_MESSAGE_LAST];
    bind_number(s, 1, room.v);
    bind_number(s, 2, most);
    int rc = step(conn, s);
    if (rc != 1)
        return rc ? rc : -ENOENT;
    *seq = (uint64_t)sqlite3_column_int64(s, 0);
    *at = sqlite3_column_int64(s, 1);
    return 0;
}

/* From one term to the next by a seek each, however many messages have it. */
int index_terms(struct index_conn *conn, room_id room, struct str prefix, size_t most,
                struct arena *arena, struct terms *out, bool *more)
{
    struct str at = prefix;
    *out = (struct terms){arena_take_array(arena, most, sizeof(struct str)), 0};
    *more = false;
    for (enum sql name = SQL_TERM_FROM;; name = SQL_TERM_BEHIND) {
        OWN(reset) sqlite3_stmt *s = conn->statements[name];
        bind_number(s, 1, room.v);
        bind_term(s, 2, at);
        int rc = step(conn, s);
        if (rc < 0)
            return rc;
        if (rc == 0 || !str_starts(column(s, 0), prefix))
            return 0;
        *more = out->count == most;
        if (*more)
            return 0;
        at = out->items[out->count++] = arena_copy(arena, column(s, 0));
    }
}
