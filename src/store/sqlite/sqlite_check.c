#include <errno.h>
#include <sys/stat.h>

#include "core/buf.h"
#include "store/sqlite/sqlite_conn.h"
#include "store/sqlite/sqlite_error.h"
#include "store/sqlite/sqlite_files.h"
#include "store/sqlite/sqlite_schema.h"

/* What must hold beyond what the engine itself can know. Each gives a sentence for every place
 * where it does not. Of a log whose beginning is gone there are stubs up to what is kept, of a negative type,
 * and before them only what still stands in bans and links. */
#define LOG                                                                                        \
    "(SELECT event.* FROM event JOIN room ON room.id = event.room WHERE seq >= room.stub_seq"      \
    " UNION ALL SELECT * FROM event WHERE room NOT IN (SELECT id FROM room))"
static const char *const promises[] = {
    "SELECT format('room %d: %d events stand between %d and %d: there is a gap',"
    " room, count(*), min(seq), max(seq)) FROM " LOG
    " GROUP BY room HAVING count(*) <> max(seq) - min(seq) + 1",

    "SELECT format('room %d: event %d is older than the one before it', room, seq) FROM"
    " (SELECT room, seq, created_at, lag(created_at) OVER (PARTITION BY room ORDER BY seq) AS "
    "before"
    "  FROM " LOG ") WHERE created_at < before",

    "SELECT format('room %d: event %d has count %d behind %d', room, seq, count, before) FROM"
    " (SELECT room, seq, type, target, count,"
    "  lag(count) OVER (PARTITION BY room ORDER BY seq) AS before"
    "  FROM " LOG ") WHERE count <> before + (abs(type) = 1 AND target = 0)",

    "SELECT format('room %d begins at %d, but what is kept of it begins at %d', id, first_seq, "
    "kept)"
    " FROM (SELECT id, first_seq, (SELECT min(seq) FROM event WHERE room = room.id AND type > 0"
    "  AND seq >= stub_seq AND type NOT IN (15, 17)) AS kept FROM room)"
    " WHERE kept < first_seq",

    "SELECT format('room %d begins at %d, but event %d is a stub', room.id, first_seq, seq) FROM "
    "room"
    " JOIN event ON event.room = room.id AND seq >= first_seq AND type < 0",

    "SELECT format('room %d: something is left of message %d, which is gone', room, message) FROM"
    " (SELECT room, message FROM version UNION SELECT room, message FROM reaction UNION"
    "  SELECT room, message FROM pin UNION SELECT room, message FROM poll UNION"
    "  SELECT room, message FROM vote UNION SELECT room, seq FROM mention)"
    " JOIN room ON room.id = room WHERE message < first_seq",

    "SELECT format('room %d has events but no entry', room) FROM"
    " (SELECT DISTINCT room FROM event) WHERE room NOT IN (SELECT id FROM room)",

    "SELECT format('room %d has an entry but no event', id) FROM room"
    " WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.room = room.id)",

    "SELECT format('room %d counts %d members and has %d', id, member_count, real) FROM"
    " (SELECT id, member_count,"
    "  (SELECT count(*) FROM member WHERE member.room = room.id AND gone = 0) AS real FROM room)"
    " WHERE member_count <> real",

    /* 5: joined, 6: left. The newest of them says how it stands. */
    "SELECT format('room %d: user %d is %s, but the log says otherwise', room, target,"
    " iif(here, 'a member', 'no member')) FROM"
    " (SELECT e.room, e.target, e.type, max(e.seq),"
    "  EXISTS (SELECT 1 FROM member m WHERE m.room = e.room AND m.user = e.target AND m.gone = 0)"
    "  AS here FROM event e WHERE e.type IN (5, 6) GROUP BY e.room, e.target)"
    " WHERE here <> (type = 5)",

    /* 12: has another role; 7: is the owner. */
    "SELECT format('room %d: user %d has role %d, but the log says %d', m.room, m.user, m.role,"
    " iif(e.type = 7, 2, e.role)) FROM member m"
    " JOIN event e ON e.room = m.room AND e.seq = (SELECT max(seq) FROM event l"
    "  WHERE l.room = m.room AND l.target = m.user AND l.type IN (5, 7, 12))"
    " WHERE m.gone = 0 AND m.role <> iif(e.type = 7, 2, e.role)",

    "SELECT format('room %d: user %d has read up to %d, past its end', room, user, read_seq)"
    " FROM member WHERE read_seq > (SELECT max(seq) FROM event WHERE event.room = member.room)",

    /* 2: edited, 3: deleted. */
    "SELECT format('room %d: message %d was changed by event %d, which is not there', room, seq,"
    " edit_seq) FROM event e WHERE edit_seq > 0 AND NOT EXISTS (SELECT 1 FROM event c"
    "  WHERE c.room = e.room AND c.seq = e.edit_seq AND c.type IN (2, 3) AND c.target = e.seq)",

    "SELECT format('room %d: event %d deletes message %d, which is not deleted', c.room, c.seq,"
    " c.target) FROM event c JOIN event e ON e.room = c.room AND e.seq = c.target"
    " WHERE c.type = 3 AND (length(e.payload) > 0 OR EXISTS"
    "  (SELECT 1 FROM version v WHERE v.room = e.room AND v.message = e.seq))",

    "SELECT format('room %d: message %d counts %d reactions and has %d', room, seq, reactions, "
    "real)"
    " FROM (SELECT room, seq, reactions, (SELECT count(*) FROM reaction r"
    "  WHERE r.room = e.room AND r.message = e.seq) AS real FROM event e"
    "  WHERE type = 1 AND (reactions > 0 OR EXISTS (SELECT 1 FROM reaction r"
    "   WHERE r.room = e.room AND r.message = e.seq)))"
    " WHERE reactions <> real",

    "SELECT format('room %d: message %d counts %d answers and has %d', room, seq, answers, real)"
    " FROM (SELECT room, seq, answers, (SELECT count(*) FROM answer a"
    "  WHERE a.room = e.room AND a.root = e.seq) AS real FROM event e"
    "  WHERE type = 1 AND target = 0 AND (answers > 0 OR EXISTS (SELECT 1 FROM answer a"
    "   WHERE a.room = e.room AND a.root = e.seq)))"
    " WHERE answers <> real",

    "SELECT format('room %d: message %d counts %d of an emoji and has %d', room, message, count, "
    "real)"
    " FROM (SELECT room, message, count, (SELECT count(*) FROM reaction r WHERE r.room = c.room"
    "  AND r.message = c.message AND r.emoji = c.emoji) AS real FROM reaction_count c)"
    " WHERE count <> real",

    "SELECT format('room %d: poll %d counts %d voters and has %d', room, message, voters, real)"
    " FROM (SELECT room, message, voters, (SELECT count(*) FROM vote v WHERE v.room = p.room"
    "  AND v.message = p.message AND v.choices <> 0) AS real FROM poll p)"
    " WHERE voters <> real",

    "SELECT format('user %d is a member of room %d and has no entry', user, room) FROM member"
    " WHERE gone = 0 AND user NOT IN (SELECT id FROM user)",
};

static void close_db_p(sqlite3 **db)
{
    sqlite3_close(*db);
}

/* Prints every row but `fine`; returns how many, or -errno. */
static int ask(sqlite3 *db, const char *text, const char *fine, struct buf *out)
{
    sqlite3_stmt *statement = NULL;
    int findings = 0;
    int code = sqlite3_prepare_v2(db, text, -1, &statement, NULL);
    while (code == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW) {
        const char *finding = (const char *)sqlite3_column_text(statement, 0);
        if (!finding || (fine && strcmp(finding, fine) == 0))
            continue;
        buf_printf(out, "%s\n", finding);
        findings++;
    }
    code = sqlite3_finalize(statement) | code;
    return code == SQLITE_OK ? findings : sqlite_errno(db, code);
}

/* Damage that keeps a question from being asked is a finding too. */
static int ask_all(sqlite3 *db, struct buf *out, char *why)
{
    int findings = ask(db, "PRAGMA integrity_check(100)", "ok", out);
    for (size_t i = 0; findings >= 0 && i < ARRAY_LEN(promises); i++) {
        int more = ask(db, promises[i], NULL, out);
        findings = more < 0 ? more : findings + more;
    }
    if (findings == -EUCLEAN) {
        buf_printf(out, "the file is damaged: %s\n", sqlite3_errmsg(db));
        return 1;
    }
    if (findings < 0)
        return why_say(why, findings, "the check could not be finished: %s (%s)",
                       sqlite_errno_text(findings), sqlite3_errmsg(db));
    return findings;
}

static bool is_ours(sqlite3 *db)
{
    sqlite3_stmt *statement = NULL;
    bool ours =
        sqlite3_prepare_v2(db, "PRAGMA application_id", -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_int(statement, 0) == SQLITE_APPLICATION_ID;
    sqlite3_finalize(statement);
    return ours;
}

int sqlite_store_check(const char *data_dir, struct buf *out, char *why)
{
    char path[SQLITE_PATH_SIZE];
    struct stat info;
    int rc = data_path(path, data_dir, SQLITE_FILE, why);
    if (rc != 0)
        return rc;
    if (stat(path, &info) != 0)
        return why_say(why, -errno, "there is no %s to check: %s", path, strerror(errno));
    OWN(close_db) sqlite3 *db = NULL;
    int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    int code = sqlite3_open_v2(path, &db, flags, NULL);
    if (code != SQLITE_OK) {
        rc = sqlite_errno(db, code);
        return why_say(why, rc, "cannot open %s: %s", path, sqlite_errno_text(rc));
    }
    sqlite3_busy_timeout(db, SQLITE_BUSY_MS);
    /* One snapshot for all questions, so that a server may go on beside. */
    (void)sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    if (!is_ours(db)) {
        buf_printf(out, "the file is no database of NatterNet, or its first page is damaged\n");
        return 1;
    }
    return ask_all(db, out, why);
}
