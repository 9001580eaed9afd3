#include "store/sqlite/sqlite_schema.h"

#include "core/base.h"

/* docs/design/store.md says why each is as it is. All ids are random 63-bit integers; the tables
 * of small rows are WITHOUT ROWID, so that a row lies where its key does. */
static const char version_1[] =
    "CREATE TABLE meta ("
    " key TEXT PRIMARY KEY,"
    " value BLOB NOT NULL"
    ") WITHOUT ROWID;"

    "CREATE TABLE user ("
    " id INTEGER PRIMARY KEY,"
    " username TEXT NOT NULL,"
    " username_key TEXT UNIQUE," /* NULL once deleted: free again */
    " display_name TEXT NOT NULL,"
    " email TEXT NOT NULL,"
    " email_key TEXT,"
    " email_verified INTEGER NOT NULL,"
    " locale TEXT NOT NULL,"
    " password_hash TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " admin INTEGER NOT NULL,"
    " deleted_at INTEGER NOT NULL DEFAULT 0"
    ");"
    "CREATE UNIQUE INDEX user_email ON user (email_key) WHERE email_verified;"

    /* What a search may begin with: names from each of their words on. */
    "CREATE TABLE user_word ("
    " word TEXT NOT NULL,"
    " user INTEGER NOT NULL,"
    " PRIMARY KEY (word, user)"
    ") WITHOUT ROWID;"
    "CREATE INDEX user_word_user ON user_word (user, word);"

    "CREATE TABLE session ("
    " id INTEGER PRIMARY KEY,"
    " user INTEGER NOT NULL,"
    " generation INTEGER NOT NULL,"
    " salt BLOB NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " rotated_at INTEGER NOT NULL,"
    " ended_at INTEGER NOT NULL,"
    " user_agent TEXT NOT NULL,"
    " address TEXT NOT NULL"
    ");"
    "CREATE INDEX session_living ON session (user, id) WHERE ended_at = 0;"
    "CREATE INDEX session_ended ON session (ended_at) WHERE ended_at > 0;"

    "CREATE TABLE invite ("
    " code TEXT PRIMARY KEY,"
    " maker INTEGER NOT NULL,"
    " uses_left INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " expires_at INTEGER NOT NULL"
    ") WITHOUT ROWID;"

    /* The log. */
    "CREATE TABLE event ("
    " room INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " type INTEGER NOT NULL,"
    " sender INTEGER NOT NULL,"
    " target INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " count INTEGER NOT NULL,"
    " role INTEGER NOT NULL,"
    " kind INTEGER NOT NULL,"
    " nonce NOT NULL," /* 16 bytes if it is a UUID in lower case, else its text */
    " payload BLOB NOT NULL,"
    " PRIMARY KEY (room, seq)"
    ") WITHOUT ROWID;"
    "CREATE UNIQUE INDEX event_nonce ON event (room, sender, nonce);"

    /* Projections of it. */
    "CREATE TABLE room ("
    " id INTEGER PRIMARY KEY,"
    " kind INTEGER NOT NULL,"
    " name TEXT NOT NULL,"
    " creator INTEGER NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " first_seq INTEGER NOT NULL,"
    " member_count INTEGER NOT NULL,"
    " applied_seq INTEGER NOT NULL"
    ");"
    "CREATE TABLE member ("
    " room INTEGER NOT NULL,"
    " user INTEGER NOT NULL,"
    " role INTEGER NOT NULL,"
    " joined_at INTEGER NOT NULL,"
    " joined_seq INTEGER NOT NULL,"
    " read_seq INTEGER NOT NULL,"
    " read_count INTEGER NOT NULL,"
    " gone INTEGER NOT NULL," /* a tombstone: left or removed */
    " applied_seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, user)"
    ") WITHOUT ROWID;"
    "CREATE INDEX member_of ON member (user, room) WHERE gone = 0;"

    "CREATE TABLE feed ("
    " user INTEGER NOT NULL,"
    " key TEXT NOT NULL,"
    " rev INTEGER NOT NULL,"
    " value BLOB NOT NULL,"
    " PRIMARY KEY (user, key)"
    ") WITHOUT ROWID;"
    "CREATE UNIQUE INDEX feed_rev ON feed (user, rev);";

/* Names that pass for one another cannot both be had (unicode_skeleton). Where two such were there
 * already, one keeps the place, the other its name. */
static const char version_2[] =
    "ALTER TABLE user ADD COLUMN username_skeleton TEXT;" /* NULL once deleted */
    "CREATE UNIQUE INDEX user_skeleton ON user (username_skeleton);"
    "UPDATE OR IGNORE user SET username_skeleton = skeleton(username)"
    " WHERE username_key IS NOT NULL;";

/* Messages can be edited and deleted, and what is set in a room is an object of more than its
 * name. */
static const char version_3[] =
    "ALTER TABLE event ADD COLUMN edit_seq INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN edit_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN edit_by INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN edit_history_s INTEGER NOT NULL DEFAULT 2592000;"
    "CREATE TABLE version ("
    " room INTEGER NOT NULL,"
    " message INTEGER NOT NULL," /* its seq */
    " seq INTEGER NOT NULL,"     /* of the edit that replaced it */
    " replaced_at INTEGER NOT NULL,"
    " keep_until INTEGER NOT NULL,"
    " content BLOB NOT NULL,"
    " PRIMARY KEY (room, message, seq)"
    ") WITHOUT ROWID;"
    "CREATE INDEX version_keep ON version (keep_until);"
    "UPDATE event SET payload = CAST('{\"name\":' || CAST(payload AS TEXT) || '}' AS BLOB)"
    " WHERE type IN (4, 7) AND length(payload) > 0;";

/* Answers, reactions, pins. */
static const char version_4[] =
    "ALTER TABLE event ADD COLUMN reply_to INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE event ADD COLUMN reactions INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE reaction ("
    " room INTEGER NOT NULL,"
    " message INTEGER NOT NULL,"
    " emoji TEXT NOT NULL,"
    " user INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, message, emoji, user)"
    ") WITHOUT ROWID;"
    "CREATE TABLE reaction_count ("
    " room INTEGER NOT NULL,"
    " message INTEGER NOT NULL,"
    " emoji TEXT NOT NULL,"
    " count INTEGER NOT NULL,"
    " first_seq INTEGER NOT NULL," /* when it came: the order in which they are shown */
    " seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, message, emoji)"
    ") WITHOUT ROWID;"
    "CREATE TABLE pin ("
    " room INTEGER NOT NULL,"
    " message INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, message)"
    ") WITHOUT ROWID;"
    "CREATE INDEX pin_order ON pin (room, seq);";

/* Mentions. */
static const char version_5[] = "CREATE TABLE mention ("
                                " room INTEGER NOT NULL,"
                                " user INTEGER NOT NULL," /* 0: everybody */
                                " seq INTEGER NOT NULL,"  /* of the message */
                                " PRIMARY KEY (room, user, seq)"
                                ") WITHOUT ROWID;"
                                "CREATE INDEX mention_message ON mention (room, seq);";

/* What roles may do is set room by room, and so are a topic, a slow mode, a lock and an archive. */
static const char version_6[] =
    "ALTER TABLE room ADD COLUMN topic TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE room ADD COLUMN permissions INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN slow_mode_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE member ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0;";

/* Whether people are there: what they say of it, and when they last were. */
static const char version_7[] = "CREATE TABLE presence ("
                                " user INTEGER PRIMARY KEY,"
                                " choice INTEGER NOT NULL,"
                                " text TEXT NOT NULL,"
                                " emoji TEXT NOT NULL,"
                                " until INTEGER NOT NULL,"
                                " last_seen_at INTEGER NOT NULL"
                                ");";

/* Somebody may be muted in a room for a time. */
static const char version_8[] =
    "ALTER TABLE member ADD COLUMN muted_until INTEGER NOT NULL DEFAULT 0;";

/* What people tell of themselves. */
static const char version_9[] = "ALTER TABLE user ADD COLUMN about TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE user ADD COLUMN pronouns TEXT NOT NULL DEFAULT '';"
                                "ALTER TABLE user ADD COLUMN time_zone TEXT NOT NULL DEFAULT '';";

/* Who is kept out of a room; what was said of it is in the event. */
static const char version_10[] = "CREATE TABLE ban ("
                                 " room INTEGER NOT NULL,"
                                 " user INTEGER NOT NULL,"
                                 " seq INTEGER NOT NULL,"   /* of the event that did it */
                                 " until INTEGER NOT NULL," /* ms */
                                 " PRIMARY KEY (room, user)"
                                 ") WITHOUT ROWID;";

/* Links that let people into rooms; their codes are nowhere. */
static const char version_11[] = "CREATE TABLE link ("
                                 " room INTEGER NOT NULL,"
                                 " seq INTEGER NOT NULL," /* of the event that made it */
                                 " expires_at INTEGER NOT NULL,"
                                 " most INTEGER NOT NULL," /* 0: any number of people */
                                 " used INTEGER NOT NULL,"
                                 " PRIMARY KEY (room, seq)"
                                 ") WITHOUT ROWID;";

/* Rooms that everybody may find, and the words by which they do (listing.h). */
static const char version_12[] = "ALTER TABLE room ADD COLUMN public INTEGER NOT NULL DEFAULT 0;"
                                 "CREATE TABLE listing ("
                                 " room INTEGER PRIMARY KEY,"
                                 " key TEXT NOT NULL"
                                 ");"
                                 "CREATE UNIQUE INDEX listing_key ON listing (key, room);"
                                 "CREATE TABLE listing_word ("
                                 " word TEXT NOT NULL,"
                                 " room INTEGER NOT NULL,"
                                 " PRIMARY KEY (word, room)"
                                 ") WITHOUT ROWID;"
                                 "CREATE INDEX listing_word_room ON listing_word (room, word);";

/* Entries whose time comes: messages to be sent later. */
static const char version_13[] = "ALTER TABLE feed ADD COLUMN due INTEGER NOT NULL DEFAULT 0;"
                                 "CREATE INDEX feed_due ON feed (due) WHERE due > 0;";

/* Groups that let in who has asked, and been accepted. */
static const char version_14[] =
    "ALTER TABLE room ADD COLUMN approval INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE request ("
    " room INTEGER NOT NULL,"
    " user INTEGER NOT NULL,"
    " seq INTEGER NOT NULL," /* of the event that asked */
    " at INTEGER NOT NULL,"
    " refused_at INTEGER NOT NULL," /* 0: it is open */
    " text TEXT NOT NULL,"
    " PRIMARY KEY (room, user)"
    ") WITHOUT ROWID;"
    "CREATE INDEX request_open ON request (room, seq) WHERE refused_at = 0;"
    "CREATE INDEX request_of ON request (user, room);";

/* The audit log. What had been done before is in it as far as the log tells it by itself. */
static const char version_15[] =
    "CREATE TABLE audit ("
    " at INTEGER NOT NULL,"
    " room INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " type INTEGER NOT NULL,"
    " role INTEGER NOT NULL,"
    " actor INTEGER NOT NULL,"
    " user INTEGER NOT NULL,"  /* 0: nobody */
    " about INTEGER NOT NULL," /* seq of a message or a link; 0: of none */
    " payload BLOB NOT NULL,"
    " PRIMARY KEY (at, room, seq)"
    ") WITHOUT ROWID;"
    "CREATE INDEX audit_room ON audit (room, at, seq);"
    "INSERT INTO audit SELECT created_at, room, seq, type, role, sender,"
    " iif(type BETWEEN 12 AND 16 OR type = 6, target, 0),"
    " iif(type = 17, seq, iif(type = 18, target, 0)), payload FROM event"
    " WHERE (type = 7 OR type BETWEEN 12 AND 18 OR (type = 6 AND sender <> target))"
    " AND (typeof(nonce) = 'blob' OR substr(nonce, 1, 1) <> '~');";

/* Entries that nobody puts, since what they ask for is being done. */
static const char version_16[] = "ALTER TABLE feed ADD COLUMN held INTEGER NOT NULL DEFAULT 0;";

/* Threads. A message of the room itself has no part in them, and no row beside its own. */
static const char version_17[] =
    "ALTER TABLE event ADD COLUMN answers INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE answer ("
    " room INTEGER NOT NULL,"
    " root INTEGER NOT NULL," /* its seq, as it is in target of the answer's event */
    " seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, root, seq)"
    ") WITHOUT ROWID;"
    "CREATE TABLE thread ("
    " room INTEGER NOT NULL,"
    " root INTEGER NOT NULL,"
    " answered_at INTEGER NOT NULL,"
    " answered_by BLOB NOT NULL," /* user ids, as in struct event */
    " PRIMARY KEY (room, root)"
    ") WITHOUT ROWID;";

/* Nobody mentions oneself, also where one's own words do not move the read marker. */
static const char version_18[] = "ALTER TABLE mention ADD COLUMN sender INTEGER NOT NULL DEFAULT 0;"
                                 "UPDATE mention SET sender = ifnull((SELECT e.sender FROM event e"
                                 " WHERE e.room = mention.room AND e.seq = mention.seq), 0);";

/* How far the devices of people have what was sent to a room. */
static const char version_19[] =
    "ALTER TABLE member ADD COLUMN delivered_seq INTEGER NOT NULL DEFAULT 0;";

/* What people report. */
static const char version_20[] =
    "CREATE TABLE report ("
    " id INTEGER PRIMARY KEY,"
    " queue INTEGER NOT NULL," /* a room; 0: the server's */
    " kind INTEGER NOT NULL,"
    " room INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " user INTEGER NOT NULL,"
    " reporter INTEGER NOT NULL,"
    " category INTEGER NOT NULL,"
    " text TEXT NOT NULL,"
    " created_at INTEGER NOT NULL,"
    " escalated_at INTEGER NOT NULL,"
    " escalated_by INTEGER NOT NULL,"
    " escalation TEXT NOT NULL,"
    " resolved_at INTEGER NOT NULL," /* 0: it is open */
    " resolved_by INTEGER NOT NULL,"
    " resolution TEXT NOT NULL,"
    " outcome INTEGER NOT NULL,"
    " evidence BLOB NOT NULL" /* empty once it is resolved */
    ");"
    "CREATE INDEX report_queue ON report (queue, created_at, id);"
    "CREATE INDEX report_open ON report (queue, created_at, id) WHERE resolved_at = 0;"
    "CREATE INDEX report_by ON report (reporter) WHERE resolved_at = 0;"
    "CREATE INDEX member_staff ON member (room) WHERE gone = 0 AND role IN (2, 4, 5);"
    "CREATE INDEX user_admin ON user (id) WHERE admin = 1;";

/* Who may not use the server, and who runs it. */
static const char version_21[] = "CREATE TABLE suspension ("
                                 " user INTEGER PRIMARY KEY,"
                                 " actor INTEGER NOT NULL," /* 0: at the command line */
                                 " at INTEGER NOT NULL,"
                                 " until INTEGER NOT NULL," /* ms */
                                 " reason TEXT NOT NULL"
                                 ");";

/* Polls. A voter is a user, or in an anonymous poll the name that stands for one. */
static const char version_22[] = "CREATE TABLE poll ("
                                 " room INTEGER NOT NULL,"
                                 " message INTEGER NOT NULL,"
                                 " options INTEGER NOT NULL,"
                                 " multiple INTEGER NOT NULL,"
                                 " anonymous INTEGER NOT NULL,"
                                 " closes_at INTEGER NOT NULL,"
                                 " seq INTEGER NOT NULL DEFAULT 0,"
                                 " voters INTEGER NOT NULL DEFAULT 0,"
                                 " counts BLOB NOT NULL DEFAULT x''," /* 64 bits for each option */
                                 " closed_seq INTEGER NOT NULL DEFAULT 0,"
                                 " closed_at INTEGER NOT NULL DEFAULT 0,"
                                 " closed_by INTEGER NOT NULL DEFAULT 0,"
                                 " PRIMARY KEY (room, message)"
                                 ") WITHOUT ROWID;"
                                 "CREATE TABLE vote ("
                                 " room INTEGER NOT NULL,"
                                 " message INTEGER NOT NULL,"
                                 " voter INTEGER NOT NULL,"
                                 " choices INTEGER NOT NULL," /* a bit for each option */
                                 " seq INTEGER NOT NULL,"
                                 " PRIMARY KEY (room, message, voter)"
                                 ") WITHOUT ROWID;";

/* What a room does not want said, apart from its row, which each message changes; and what holds for newcomers. */
static const char version_23[] =
    "CREATE TABLE filter ("
    " room INTEGER PRIMARY KEY,"
    " seq INTEGER NOT NULL," /* of the event that set it last */
    " rules TEXT NOT NULL"   /* empty: there are none any more */
    ");"
    "ALTER TABLE room ADD COLUMN newcomers INTEGER NOT NULL DEFAULT 0;";

/* Rooms that keep nothing for ever, and those whose newcomers read from where they came. */
static const char version_24[] =
    "ALTER TABLE room ADD COLUMN first_count INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN first_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN from_joining INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN newest_from INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN retention_s INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE room ADD COLUMN stub_seq INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE room ADD COLUMN ages INTEGER NOT NULL DEFAULT 0;" /* has, or had, a retention */
    "ALTER TABLE member ADD COLUMN from_seq INTEGER NOT NULL DEFAULT 0;"
    "CREATE INDEX room_ages ON room (id) WHERE ages = 1;"
    "UPDATE room SET first_at = created_at;";

/* Emoji of this server. An image is there once, however many show it. */
static const char version_25[] = "CREATE TABLE emoji ("
                                 " id INTEGER PRIMARY KEY,"
                                 " name TEXT NOT NULL,"
                                 " former TEXT NOT NULL," /* names, with a space between them */
                                 " digest TEXT NOT NULL,"
                                 " type INTEGER NOT NULL,"
                                 " width INTEGER NOT NULL,"
                                 " height INTEGER NOT NULL,"
                                 " frames INTEGER NOT NULL,"
                                 " bytes INTEGER NOT NULL,"
                                 " creator INTEGER NOT NULL,"
                                 " created_at INTEGER NOT NULL"
                                 ");"
                                 "CREATE UNIQUE INDEX emoji_name ON emoji (name);"
                                 "CREATE TABLE emoji_image ("
                                 " digest TEXT PRIMARY KEY NOT NULL,"
                                 " type INTEGER NOT NULL,"
                                 " image BLOB NOT NULL"
                                 ");";

/* What was voted goes with its poll, out of the log too: which events those are. */
static const char version_26[] =
    "CREATE TABLE vote_event ("
    " room INTEGER NOT NULL,"
    " message INTEGER NOT NULL,"
    " seq INTEGER NOT NULL,"
    " PRIMARY KEY (room, message, seq)"
    ") WITHOUT ROWID;"
    "UPDATE event SET payload = x'' WHERE type = 21 AND NOT EXISTS"
    " (SELECT 1 FROM poll WHERE poll.room = event.room AND poll.message = event.target);"
    "INSERT INTO vote_event SELECT room, target, seq FROM event WHERE type = 21 AND payload <> "
    "x'';";

/* Administrators find all groups, as everybody finds public ones; and hold what they did to one. */
static const char version_27[] =
    "ALTER TABLE room ADD COLUMN held INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE listing ADD COLUMN public INTEGER NOT NULL DEFAULT 0;"
    "UPDATE listing SET public = 1;"
    "CREATE INDEX listing_public ON listing (key, room) WHERE public = 1;"
    "INSERT INTO listing SELECT id, listing_key(name), 0 FROM room"
    " WHERE kind = 2 AND id NOT IN (SELECT room FROM listing);"
    "INSERT OR IGNORE INTO listing_word SELECT word.value, room.id FROM room,"
    " json_each(listing_words(room.name, room.topic)) word"
    " WHERE kind = 2 AND public = 0;";

/* With the column that it is partial by, the rooms of a person are read from the index alone: without, each of
 * them from where the room's members lie. */
static const char version_28[] =
    "DROP INDEX member_of;"
    "CREATE INDEX member_of ON member (user, room, gone) WHERE gone = 0;";

const struct migration sqlite_migrations[] = {
    {1, version_1},   {2, version_2},   {3, version_3},   {4, version_4},   {5, version_5},
    {6, version_6},   {7, version_7},   {8, version_8},   {9, version_9},   {10, version_10},
    {11, version_11}, {12, version_12}, {13, version_13}, {14, version_14}, {15, version_15},
    {16, version_16}, {17, version_17}, {18, version_18}, {19, version_19}, {20, version_20},
    {21, version_21}, {22, version_22}, {23, version_23}, {24, version_24}, {25, version_25},
    {26, version_26}, {27, version_27}, {28, version_28},
};
const size_t sqlite_migration_count = ARRAY_LEN(sqlite_migrations);
