/* sqlite_sql.h - every statement of the engine: prepared once per connection, when it is first asked for.
 * Private to store/sqlite. */
#pragma once

/* SQL is laid out as SQL. */
/* clang-format off */
#define USER_COLUMNS(t)                                                                            \
    t "id," t "username," t "display_name," t "email," t "locale," t "created_at," t               \
      "email_verified," t "admin," t "deleted_at," t "about," t "pronouns," t "time_zone"
#define SESSION_COLUMNS                                                                            \
    "id, user, generation, salt, created_at, rotated_at, ended_at, user_agent, address"
/* Of a message target is the root of its thread. What is known of a thread is looked for only where there is one. */
#define OF_THREAD(what, none)                                                                      \
    "iif(answers > 0 AND target = 0, (SELECT " what " FROM thread WHERE thread.room = event.room"  \
    " AND thread.root = event.seq), " none ")"
#define EVENT_COLUMNS                                                                              \
    "seq, type, sender, target, created_at, count, role, kind, nonce, payload, edit_seq, edit_at," \
    " edit_by, reply_to, reactions, answers, " OF_THREAD("answered_at", "0") ", "                  \
    OF_THREAD("answered_by", "x''")
#define MEMBER_COLUMNS "user, role, joined_at, joined_seq, read_seq, read_count, sent_at, muted_until, delivered_seq, from_seq"
#define ROOM_COLUMNS                                                                               \
    "r.id, r.kind, r.name, r.creator, r.created_at, r.first_seq, r.member_count,"                  \
    " r.edit_history_s, r.topic, r.permissions, r.slow_mode_s, r.locked, r.archived, r.public, r.approval, r.newcomers,"              \
    " e.seq, e.count, e.created_at, r.first_count, r.first_at, r.from_joining, r.newest_from,"     \
    " r.retention_s, r.held"
/* The room's last event is one seek away, so nothing of it is kept in the room's row. */
#define WITH_LAST_EVENT                                                                            \
    " JOIN event e ON e.room = r.id AND e.seq = (SELECT max(seq) FROM event WHERE room = r.id)"
/* The other one of a direct room; of a room with oneself or a group, nobody. */
#define WITH_PEER                                                                                  \
    " LEFT JOIN user p ON r.kind = 1 AND p.id ="                                                   \
    " (SELECT user FROM member WHERE room = m.room AND user <> m.user LIMIT 1)"
/* Nobody is asked for where nothing is unread, and nobody mentions oneself. */
#define UNREAD_MENTIONS                                                                            \
    "iif(e.seq > m.read_seq, (SELECT count(*) FROM (SELECT 1 FROM mention WHERE room = m.room" \
    " AND user IN (0, m.user) AND seq > m.read_seq AND sender <> m.user LIMIT 1000)), 0)"
#define ROOM_VIEW                                                                                  \
    "SELECT " ROOM_COLUMNS ", m.read_seq, m.read_count, m.role, m.muted_until, m.joined_at, " UNREAD_MENTIONS ", m.from_seq, " \
    USER_COLUMNS("p.")                                                                             \
    " FROM member m JOIN room r ON r.id = m.room" WITH_LAST_EVENT WITH_PEER

/* A word that is not asked for is NULL. */
#define HAS_WORD(n)                                                                                \
    "(" n " IS NULL OR EXISTS (SELECT 1 FROM listing_word WHERE room = l.room AND word >= " n      \
    " AND word < " n " || char(1114111)))"
#define LISTED_ROOM                                                                                \
    "SELECT " ROOM_COLUMNS ", l.key FROM listing l JOIN room r ON r.id = l.room" WITH_LAST_EVENT   \
    " WHERE (l.key, l.room) > (?1, ?2) AND "                                                       \
    HAS_WORD("?5") " AND " HAS_WORD("?6") " AND " HAS_WORD("?7")
#define LISTED LISTED_ROOM " AND l.public = 1 AND r.archived = 0 AND r.member_count > 0"
/* ?8: enum groups_state */
#define A_GROUP                                                                                    \
    LISTED_ROOM " AND CASE ?8 WHEN 1 THEN l.public = 1 WHEN 2 THEN r.locked > 0"                   \
                " WHEN 3 THEN r.archived > 0 WHEN 4 THEN r.member_count = 0 ELSE 1 END"
#define LISTED_ORDER " ORDER BY l.key, l.room LIMIT ?3"

#define AGING_ROOM                                                                                 \
    "SELECT id, first_seq, (SELECT max(seq) FROM event WHERE room = room.id), retention_s,"        \
    " first_at, stub_seq FROM room"
/* ?4: the bound of the server, 0: none. As retention_of() and gone_through() say. */
#define KEPT_S "iif(?4 > 0 AND (retention_s = 0 OR ?4 < retention_s), ?4, retention_s)"
#define IS_DUE                                                                                     \
    " AND " KEPT_S " > 0 AND first_at <= ?3 - 1000 * " KEPT_S                                      \
    " AND first_seq <= (SELECT max(seq) FROM event WHERE room = room.id)"

#define AUDIT "SELECT at, room, seq, type, role, actor, user, about, payload FROM audit"
#define AUDIT_FILTER                                                                               \
    " AND (?4 = 0 OR actor = ?4) AND (?5 = 0 OR user = ?5) AND (?6 = 0 OR type = ?6)"              \
    " AND (?8 = 0 OR user <> ?8 OR type NOT BETWEEN ?9 AND ?10)"

#define REPORT_COLUMNS                                                                             \
    "id, queue, kind, room, seq, user, reporter, category, text, created_at, escalated_at,"        \
    " escalated_by, escalation, resolved_at, resolved_by, resolution, outcome"
#define REPORTS_OF                                                                                 \
    "SELECT " REPORT_COLUMNS " FROM report WHERE queue = ?1 AND (created_at, id) < (?2, ?3)"       \
    " AND (?4 = 0 OR user <> ?4) AND (?4 = 0 OR queue = 0 OR reporter <> ?4)"
#define REPORTS_ORDER " ORDER BY created_at DESC, id DESC LIMIT ?5"

#define SQL_LIST(X)                                                                                \
    X(BEGIN_READ, "BEGIN")                                                                         \
    X(BEGIN_WRITE, "BEGIN IMMEDIATE")                                                              \
    X(COMMIT, "COMMIT")                                                                            \
    X(ROLLBACK, "ROLLBACK")                                                                        \
    X(SAVEPOINT, "SAVEPOINT job")                                                                  \
    X(SAVEPOINT_UNDO, "ROLLBACK TO job")                                                           \
    X(SAVEPOINT_KEEP, "RELEASE job")                                                               \
                                                                                                   \
    X(META_GET, "SELECT value FROM meta WHERE key = ?1")                                           \
    X(META_PUT, "INSERT INTO meta VALUES (?1, ?2)"                                                 \
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value")                         \
                                                                                                   \
    X(USER_INSERT, "INSERT INTO user (id, username, username_key, display_name, email, email_key," \
                   " email_verified, locale, password_hash, created_at, admin, username_skeleton)" \
                   " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)")                  \
    X(USER_GET, "SELECT " USER_COLUMNS("") " FROM user WHERE id = ?1")                             \
    X(USER_KEY, "SELECT username_key FROM user WHERE id = ?1 AND deleted_at = 0")                  \
    X(USER_BY_LOGIN, "SELECT " USER_COLUMNS("") ", password_hash FROM user"                        \
                     " WHERE username_key = ?1 OR (email_key = ?1 AND email_verified)")            \
    X(USER_WITH_PASSWORD, "SELECT " USER_COLUMNS("") ", password_hash FROM user WHERE id = ?1")    \
    X(USER_SEARCH, "SELECT " USER_COLUMNS("") ", username_key FROM user"                           \
                   " WHERE username_key > ?3 AND id IN"                                            \
                   " (SELECT user FROM user_word WHERE word >= ?1 AND word < ?2)"                  \
                   " ORDER BY username_key LIMIT ?4")                                              \
    X(USER_SEARCH_WIDE,                                                                            \
      "SELECT " USER_COLUMNS("") ", username_key FROM user WHERE username_key > ?3 AND EXISTS"     \
      " (SELECT 1 FROM user_word WHERE user_word.user = user.id AND word >= ?1 AND word < ?2)"     \
      " ORDER BY username_key LIMIT ?4")                                                           \
    X(WORD_COUNT, "SELECT count(*) FROM (SELECT 1 FROM user_word"                                  \
                  " WHERE word >= ?1 AND word < ?2 LIMIT ?3)")                                     \
    X(USER_ALL, "SELECT " USER_COLUMNS("") ", username_key FROM user"                              \
                " WHERE username_key > ?1 ORDER BY username_key LIMIT ?2")                         \
    X(USER_UPDATE, "UPDATE user SET display_name = ?2, locale = ?3, about = ?4, pronouns = ?5,"     \
                   " time_zone = ?6 WHERE id = ?1 AND deleted_at = 0")                                            \
    X(USER_PASSWORD, "UPDATE user SET password_hash = ?2 WHERE id = ?1 AND deleted_at = 0")        \
    X(USER_ADMIN, "UPDATE user SET admin = ?2 WHERE id = ?1 AND deleted_at = 0")                   \
    X(USER_DELETE, "UPDATE user SET username = '', username_key = NULL, display_name = '',"        \
                   " email = '', email_key = NULL, email_verified = 0, locale = '',"               \
                   " password_hash = '', admin = 0, username_skeleton = NULL, deleted_at = ?2,"    \
                   " about = '', pronouns = '', time_zone = ''"                                    \
                   " WHERE id = ?1 AND deleted_at = 0")                                            \
    X(USER_UNFINISHED, "SELECT " USER_COLUMNS("") " FROM user WHERE deleted_at > 0 AND EXISTS"     \
                       " (SELECT 1 FROM member m JOIN room r ON r.id = m.room AND r.kind = 2"      \
                       "  WHERE m.user = user.id AND m.gone = 0)")                                 \
    X(WORD_INSERT, "INSERT OR IGNORE INTO user_word VALUES (?1, ?2)")                              \
    X(WORD_DELETE, "DELETE FROM user_word WHERE user = ?1")                                        \
                                                                                                   \
    X(USER_ADMINS, "SELECT " USER_COLUMNS("") " FROM user WHERE admin = 1 AND deleted_at = 0"      \
                   " AND id > ?1 ORDER BY id LIMIT ?2")                                            \
    X(SUSPENSION_PUT, "INSERT INTO suspension SELECT id, ?2, ?3, ?4, ?5 FROM user"                 \
                      " WHERE id = ?1 AND deleted_at = 0 ON CONFLICT (user) DO UPDATE SET"         \
                      " actor = excluded.actor, at = excluded.at, until = excluded.until,"         \
                      " reason = excluded.reason")                                                 \
    X(SUSPENSION_DELETE, "DELETE FROM suspension WHERE user = ?1")                                 \
    X(SUSPENSION_GET, "SELECT user, actor, at, until, reason FROM suspension"                      \
                      " WHERE user = ?1 AND until > ?2")                                           \
    X(SUSPENSIONS, "SELECT user, actor, at, until, reason FROM suspension"                         \
                   " WHERE user > ?1 AND until > ?2 ORDER BY user LIMIT ?3")                       \
                                                                                                   \
    X(EMOJI_ALL, "SELECT id, name, former, digest, type, width, height, frames, bytes, creator,"   \
                 " created_at FROM emoji ORDER BY name LIMIT ?1")                                  \
    X(EMOJI_KNOWN, "SELECT 1 FROM emoji WHERE name = ?1 UNION ALL SELECT 1 FROM emoji"             \
                   " WHERE instr(' ' || former || ' ', ' ' || ?1 || ' ') LIMIT 1")                 \
    X(EMOJI_PUT, "INSERT INTO emoji VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"         \
                 " ON CONFLICT (id) DO UPDATE SET name = excluded.name, former = excluded.former") \
    X(EMOJI_DELETE, "DELETE FROM emoji WHERE id = ?1")                                             \
    X(EMOJI_IMAGE_PUT, "INSERT INTO emoji_image VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")       \
    X(EMOJI_IMAGE_GET, "SELECT type, image FROM emoji_image WHERE digest = ?1")                    \
    X(EMOJI_IMAGE_FORGET, "DELETE FROM emoji_image WHERE digest = ?1"                              \
                          " AND NOT EXISTS (SELECT 1 FROM emoji WHERE digest = ?1)")               \
                                                                                                   \
    X(PRESENCE_GET, "SELECT choice, text, emoji, until, last_seen_at FROM presence"                \
                    " WHERE user = ?1")                                                            \
    X(PRESENCE_PUT, "INSERT INTO presence SELECT id, ?2, ?3, ?4, ?5, 0 FROM user"                  \
                    " WHERE id = ?1 AND deleted_at = 0 ON CONFLICT (user) DO UPDATE SET"           \
                    " choice = excluded.choice, text = excluded.text,"                             \
                    " emoji = excluded.emoji, until = excluded.until")                             \
    X(PRESENCE_SEEN, "INSERT INTO presence SELECT id, 0, '', '', 0, ?2 FROM user"                  \
                     " WHERE id = ?1 AND deleted_at = 0 ON CONFLICT (user) DO UPDATE SET"          \
                     " last_seen_at = max(last_seen_at, excluded.last_seen_at)"                    \
                     " WHERE choice <> 2")                                                         \
    X(PRESENCE_DELETE, "DELETE FROM presence WHERE user = ?1")                                     \
                                                                                                   \
    X(SESSION_INSERT, "INSERT INTO session (" SESSION_COLUMNS ")"                                  \
                      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")                              \
    X(SESSION_GET, "SELECT " SESSION_COLUMNS " FROM session WHERE id = ?1")                        \
    X(SESSION_ROTATE, "UPDATE session SET generation = generation + 1, rotated_at = ?3"            \
                      " WHERE id = ?1 AND generation = ?2 AND ended_at = 0")                       \
    X(SESSIONS_OF, "SELECT " SESSION_COLUMNS " FROM session"                                       \
                   " WHERE user = ?1 AND ended_at = 0 AND id > ?2 AND rotated_at >= ?4"            \
                   " ORDER BY id LIMIT ?3")                                                        \
    X(SESSION_END, "UPDATE session SET ended_at = ?2, user_agent = '', address = ''"               \
                   " WHERE id = ?1 AND ended_at = 0")                                              \
    X(SESSIONS_END, "UPDATE session SET ended_at = ?3, user_agent = '', address = ''"              \
                    " WHERE user = ?1 AND ended_at = 0 AND id <> ?2"                               \
                    " RETURNING " SESSION_COLUMNS)                                                 \
    X(SESSIONS_ENDED, "SELECT " SESSION_COLUMNS " FROM session WHERE ended_at >= ?1"               \
                      " AND ended_at > 0 ORDER BY ended_at")                                       \
                                                                                                   \
    X(INVITE_INSERT, "INSERT INTO invite VALUES (?1, ?2, ?3, ?4, ?5)")                             \
    X(INVITE_USE, "UPDATE invite SET uses_left = uses_left - 1"                                    \
                  " WHERE code = ?1 AND uses_left > 0 AND expires_at > ?2")                        \
    X(INVITE_CLEAN, "DELETE FROM invite WHERE uses_left = 0 OR expires_at <= ?1")                  \
                                                                                                   \
    X(ROOM_INSERT, "INSERT INTO room VALUES"                                                       \
                   " (?1, ?2, ?3, ?4, ?5, 1, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 0, ?5,"  \
                   " ?16, 0, ?17, 1, ?17 > 0, 0)"                                                  \
                   " ON CONFLICT (id) DO NOTHING")                                                 \
    X(ROOM_CHANGE, "UPDATE room SET name = ifnull(?2, name),"                                      \
                   " edit_history_s = ifnull(?4, edit_history_s), topic = ifnull(?5, topic),"      \
                   " permissions = ifnull(?6, permissions),"                                       \
                   " slow_mode_s = ifnull(?7, slow_mode_s), locked = ifnull(?8, locked),"          \
                   " archived = ifnull(?9, archived), public = ifnull(?10, public), approval = ifnull(?11, approval)," \
                   " newcomers = ifnull(?12, newcomers), from_joining = ifnull(?13, from_joining)," \
                   " retention_s = ifnull(?14, retention_s), held = ifnull(?15, held),"            \
                   " ages = max(ages, ifnull(?14, 0) > 0), applied_seq = ?3"                       \
                   " WHERE id = ?1 AND applied_seq < ?3")                                          \
    X(FILTER_PUT, "INSERT INTO filter VALUES (?1, ?2, ?3) ON CONFLICT (room) DO UPDATE SET"           \
                  " seq = excluded.seq, rules = excluded.rules WHERE seq < excluded.seq")          \
    X(FILTER_GET, "SELECT rules FROM filter WHERE room = ?1 AND rules <> ''")                     \
    X(LISTING_PUT, "INSERT INTO listing VALUES (?1, ?2, ?3)")                                      \
    X(LISTING_DELETE, "DELETE FROM listing WHERE room = ?1")                                       \
    X(LISTING_WORD, "INSERT OR IGNORE INTO listing_word VALUES (?1, ?2)")                          \
    X(LISTING_WORDS_DELETE, "DELETE FROM listing_word WHERE room = ?1")                            \
    X(LISTING_WORD_COUNT, "SELECT count(*) FROM (SELECT 1 FROM listing_word"                       \
                          " WHERE word >= ?1 AND word < ?1 || char(1114111) LIMIT ?2)")            \
    X(DIRECTORY, LISTED " AND l.room IN (SELECT room FROM listing_word"                            \
                 " WHERE word >= ?4 AND word < ?4 || char(1114111))" LISTED_ORDER)                 \
    X(DIRECTORY_WIDE, LISTED " AND " HAS_WORD("?4") LISTED_ORDER)                                  \
    X(GROUPS, A_GROUP " AND l.room IN (SELECT room FROM listing_word"                              \
              " WHERE word >= ?4 AND word < ?4 || char(1114111))" LISTED_ORDER)                    \
    X(GROUPS_WIDE, A_GROUP " AND " HAS_WORD("?4") LISTED_ORDER)                                    \
    X(OWNER, "SELECT user FROM member INDEXED BY member_staff"                                     \
             " WHERE room = ?1 AND gone = 0 AND role IN (2, 4, 5) AND role = 2")                   \
    X(ROOM_MEMBERS, "UPDATE room SET member_count = member_count + ?2 WHERE id = ?1")              \
    X(ROOM_GET, "SELECT " ROOM_COLUMNS " FROM room r" WITH_LAST_EVENT " WHERE r.id = ?1")          \
    X(ROOM_VIEW_GET, ROOM_VIEW " WHERE m.room = ?1 AND m.user = ?2 AND m.gone = 0")                \
    X(ROOM_VIEWS_OF, ROOM_VIEW " WHERE m.user = ?1 AND m.gone = 0 AND m.room > ?2"                 \
                               " ORDER BY m.room LIMIT ?3")                                        \
    X(ROOM_IDS_OF, "SELECT room FROM member WHERE user = ?1 AND gone = 0 ORDER BY room")           \
    X(ROOM_ENDS, "SELECT r.id, (SELECT max(seq) FROM event WHERE room = r.id) FROM room r"         \
                 " WHERE r.id > ?1 ORDER BY r.id LIMIT ?2")                                        \
    X(ROOM_END, "SELECT max(seq) FROM event WHERE room = ?1")                                      \
    X(PLACES_OF, "SELECT room, joined_seq, (SELECT max(seq) FROM event e WHERE e.room = m.room)"   \
                 " FROM member m WHERE user = ?1 AND gone = 0 ORDER BY room")                      \
    X(ROOMS_WITHIN, "SELECT m.room FROM member m JOIN room r ON r.id = m.room"                     \
                    " WHERE m.user = ?1 AND m.gone = 0 AND r.member_count <= ?2 LIMIT ?3")         \
    X(MEMBER_STATE, "SELECT gone FROM member WHERE room = ?1 AND user = ?2")                       \
    X(MEMBER_JOIN,                                                                                 \
      "INSERT INTO member VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6, 0, ?5, 0, 0, 0, ?7)"                 \
      " ON CONFLICT (room, user) DO UPDATE SET role = excluded.role, gone = 0,"                    \
      " joined_at = iif(gone, excluded.joined_at, joined_at),"                                     \
      " joined_seq = iif(gone, excluded.joined_seq, joined_seq),"                                  \
      " read_seq = iif(gone, excluded.read_seq, read_seq),"                                        \
      " read_count = iif(gone, excluded.read_count, read_count),"                                  \
      " from_seq = iif(gone, excluded.from_seq, from_seq),"                                        \
      " applied_seq = excluded.applied_seq WHERE applied_seq < excluded.applied_seq")              \
    X(ROOM_NEWEST_FROM, "UPDATE room SET newest_from = max(newest_from, ?2) WHERE id = ?1")        \
    X(LOG_BOUNDS, "SELECT r.first_seq, r.first_count, r.first_at, r.retention_s, m.from_seq"            \
             " FROM member m JOIN room r ON r.id = m.room"                                         \
             " WHERE m.room = ?1 AND m.user = ?2 AND m.gone = 0")                                  \
    X(MEMBER_LEAVE, "UPDATE member SET gone = 1, role = iif(role = 3, 3, 0), applied_seq = ?3" \
                    " WHERE room = ?1 AND user = ?2 AND applied_seq < ?3")                         \
    X(MEMBER_MUTE, "UPDATE member SET muted_until = ?3, applied_seq = ?4"                          \
                   " WHERE room = ?1 AND user = ?2 AND gone = 0 AND applied_seq < ?4")             \
    X(MEMBER_PAST, "SELECT m.sent_at, m.muted_until, b.until, m.role, q.seq, q.refused_at FROM (SELECT ?1 AS room, ?2 AS user) w" \
                   " LEFT JOIN member m ON m.room = w.room AND m.user = w.user"                    \
                   " LEFT JOIN ban b ON b.room = w.room AND b.user = w.user"                       \
                   " LEFT JOIN request q ON q.room = w.room AND q.user = w.user")                  \
    X(BAN_PUT, "INSERT INTO ban VALUES (?1, ?2, ?3, ?4) ON CONFLICT (room, user)"                  \
               " DO UPDATE SET seq = excluded.seq, until = excluded.until")                        \
    X(BAN_LIFT, "DELETE FROM ban WHERE room = ?1 AND user = ?2")                                   \
    X(REQUEST_PUT, "INSERT INTO request VALUES (?1, ?2, ?4, ?3, 0, ?5) ON CONFLICT (room, user)"    \
                   " DO UPDATE SET seq = excluded.seq, at = excluded.at, refused_at = 0,"          \
                   " text = excluded.text")                                                        \
    X(REQUEST_REFUSE, "UPDATE request SET refused_at = ?3, text = '' WHERE room = ?1 AND user = ?2") \
    X(REQUEST_DELETE, "DELETE FROM request WHERE room = ?1 AND user = ?2")                         \
    X(REQUESTS_DELETE, "DELETE FROM request WHERE user = ?1")                                      \
    X(REQUESTS, "SELECT room, user, seq, at, refused_at, text FROM request"                        \
                " WHERE room = ?1 AND seq > ?2 AND refused_at = 0 ORDER BY seq LIMIT ?3")          \
    X(REQUESTS_OF, "SELECT room, user, seq, at, refused_at, text FROM request"                     \
                   " WHERE user = ?1 AND room > ?2 ORDER BY room LIMIT ?3")                        \
    X(AUDIT_INSERT, "INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")               \
    X(AUDITS_OF, AUDIT " WHERE room = ?2 AND (at, seq) < (?1, ?3) AND at >= ?11" AUDIT_FILTER      \
                 " ORDER BY at DESC, seq DESC LIMIT ?7")                                           \
    X(AUDITS, AUDIT " WHERE (at, room, seq) < (?1, ?2, ?3) AND at >= ?11" AUDIT_FILTER             \
              " ORDER BY at DESC, room DESC, seq DESC LIMIT ?7")                                   \
    X(REPORT_PUT, "INSERT OR REPLACE INTO report VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10," \
                  " ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)")                                       \
    X(REPORT_GET, "SELECT " REPORT_COLUMNS ", evidence FROM report WHERE id = ?1")                 \
    X(REPORTS, REPORTS_OF REPORTS_ORDER)                                                           \
    X(REPORTS_IN_WORK, REPORTS_OF " AND resolved_at = 0" REPORTS_ORDER)                            \
    X(REPORTS_BY, "SELECT " REPORT_COLUMNS " FROM report WHERE reporter = ?1 AND resolved_at = 0"  \
                  " LIMIT ?2")                                                                     \
    X(REPORTS_OPEN, "SELECT count(*) FROM (SELECT 1 FROM report WHERE queue = ?1"                  \
                    " AND resolved_at = 0 AND (?2 = 0 OR user <> ?2)"                              \
                    " AND (?2 = 0 OR queue = 0 OR reporter <> ?2) LIMIT ?3)")                      \
    X(STAFF, "SELECT user, role FROM member INDEXED BY member_staff"                               \
             " WHERE room = ?1 AND gone = 0 AND role IN (2, 4, 5) LIMIT ?2")                       \
    X(LINK_PUT, "INSERT INTO link VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT DO NOTHING")              \
    X(LINK_USED, "UPDATE link SET used = used + 1 WHERE room = ?1 AND seq = ?2")                   \
    X(LINK_REVOKE, "DELETE FROM link WHERE room = ?1 AND seq = ?2")                                \
    X(LINKS, "SELECT l.seq, e.sender, e.created_at, l.expires_at, l.most, l.used FROM link l"      \
             " JOIN event e ON e.room = l.room AND e.seq = l.seq"                                  \
             " WHERE l.room = ?1 AND l.seq > ?2 AND l.expires_at > ?3"                             \
             " AND (l.most = 0 OR l.used < l.most) ORDER BY l.seq LIMIT ?4")                       \
    X(BANS, "SELECT b.user, e.sender, e.seq, e.created_at, b.until, e.payload FROM ban b"          \
            " JOIN event e ON e.room = b.room AND e.seq = b.seq"                                   \
            " WHERE b.room = ?1 AND b.user > ?2 AND b.until > ?3 ORDER BY b.user LIMIT ?4")        \
    X(MEMBERS, "SELECT " MEMBER_COLUMNS " FROM member"                                             \
               " WHERE room = ?1 AND user > ?2 AND gone = 0 ORDER BY user LIMIT ?3")               \
    X(MEMBERS_SEARCH, "SELECT " MEMBER_COLUMNS " FROM (SELECT DISTINCT user AS named"              \
                      " FROM user_word WHERE word >= ?2 AND word < ?3 AND user > ?4) CROSS JOIN"   \
                      " member ON room = ?1 AND user = named WHERE gone = 0"                       \
                      " ORDER BY user LIMIT ?5")                                                   \
    X(MEMBERS_SEARCH_WIDE, \
      "SELECT " MEMBER_COLUMNS " FROM member WHERE room = ?1 AND user > ?4 AND user <= ?6 AND gone = 0" \
      " AND EXISTS (SELECT 1 FROM user_word WHERE user_word.user = member.user" \
      " AND word >= ?2 AND word < ?3) ORDER BY user LIMIT ?5") \
    X(MEMBER_BEHIND, "SELECT user FROM member WHERE room = ?1 AND user > ?2 AND gone = 0" \
                     " ORDER BY user LIMIT 1 OFFSET ?3") \
    X(MEMBER_GET, "SELECT " MEMBER_COLUMNS " FROM member"                                          \
                  " WHERE room = ?1 AND user = ?2 AND gone = 0")                                   \
    X(MEMBER_READ, "UPDATE member SET read_seq = ?3, read_count = ?4"                              \
                   " WHERE room = ?1 AND user = ?2 AND gone = 0 AND read_seq < ?3")                \
    X(MEMBER_DELIVERED, "UPDATE member SET delivered_seq = ?3"                                     \
                        " WHERE room = ?1 AND user = ?2 AND gone = 0 AND delivered_seq < ?3")      \
    X(MEMBER_SENT, "UPDATE member SET read_seq = ?3, read_count = ?4, sent_at = ?5"                \
                   " WHERE room = ?1 AND user = ?2 AND gone = 0 AND read_seq < ?3")                \
                                                                                                   \
    X(EVENT_INSERT, "INSERT INTO event VALUES"                                                     \
                    " (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, 0, 0, 0, ?12, ?13, ?14)" \
                    " ON CONFLICT (room, sender, nonce) DO NOTHING")                               \
    X(EVENT_GET, "SELECT " EVENT_COLUMNS " FROM event WHERE room = ?1 AND seq = ?2")               \
    X(MESSAGE_CHANGE, "UPDATE event SET payload = ?3, edit_seq = ?4, edit_at = ?5, edit_by = ?6,"  \
                      " reactions = iif(length(?3) > 0, reactions, 0)"                             \
                      " WHERE room = ?1 AND seq = ?2 AND type = 1 AND edit_seq < ?4"               \
                      " AND length(payload) > 0")                                                  \
    X(MEMBER_ANSWERED, "UPDATE member SET sent_at = max(sent_at, ?3)"                              \
                       " WHERE room = ?1 AND user = ?2 AND gone = 0")                              \
    X(ANSWER_INSERT, "INSERT INTO answer VALUES (?1, ?2, ?3)")                                     \
    X(ROOT_ANSWERED, "UPDATE event SET answers = ?3"                                               \
                     " WHERE room = ?1 AND seq = ?2 AND type = 1 AND answers < ?3")                \
    X(THREAD_ANSWERED, "INSERT INTO thread VALUES (?1, ?2, ?3, ?4) ON CONFLICT (room, root)"       \
                       " DO UPDATE SET answered_at = excluded.answered_at,"                        \
                       " answered_by = excluded.answered_by")                                      \
    X(ANSWERS_AFTER, "SELECT " EVENT_COLUMNS " FROM event WHERE room = ?1 AND seq IN"              \
                     " (SELECT seq FROM answer WHERE room = ?1 AND root = ?3 AND seq > ?2"         \
                     "  ORDER BY seq LIMIT ?4) ORDER BY seq")                                      \
    X(ANSWERS_BEFORE, "SELECT " EVENT_COLUMNS " FROM event WHERE room = ?1 AND seq IN"             \
                      " (SELECT seq FROM answer WHERE room = ?1 AND root = ?3 AND seq < ?2 AND seq >= ?5" \
                      "  ORDER BY seq DESC LIMIT ?4) ORDER BY seq DESC")                           \
    X(EVENT_LAST_SEQ, "SELECT max(seq) FROM event WHERE room = ?1")                                \
    X(EVENT_COUNT, "SELECT count FROM event WHERE room = ?1 AND seq = ?2")                         \
    X(LAST_COUNT, "SELECT count FROM event WHERE room = ?1 ORDER BY seq DESC LIMIT 1")             \
    X(EVENT_STAMP, "SELECT count, created_at FROM event WHERE room = ?1 AND seq = ?2")             \
    X(EVENT_BY_NONCE, "SELECT " EVENT_COLUMNS " FROM event"                                        \
                      " WHERE room = ?1 AND sender = ?2 AND nonce = ?3")                           \
    X(EVENTS_AFTER, "SELECT " EVENT_COLUMNS " FROM event"                                          \
                    " WHERE room = ?1 AND seq > max(?2, coalesce((SELECT first_seq - 1"            \
                    " FROM room WHERE id = ?1), 0)) ORDER BY seq")                                 \
    X(EVENTS_BEFORE, "SELECT " EVENT_COLUMNS " FROM event"                                         \
                     " WHERE room = ?1 AND seq < ?2 AND seq >= ?3 ORDER BY seq DESC")             \
                                                                                                   \
    X(AGING_ROOMS, AGING_ROOM " INDEXED BY room_ages WHERE ages = 1 AND id > ?1"                   \
                   " ORDER BY id LIMIT ?2")                                                        \
    X(ROOMS_BY_AGE, AGING_ROOM " WHERE id > ?1 ORDER BY id LIMIT ?2")                              \
    X(AGING_ROOMS_DUE, AGING_ROOM " INDEXED BY room_ages WHERE ages = 1 AND id > ?1" IS_DUE        \
                       " ORDER BY id LIMIT ?2")                                                    \
    X(ROOMS_DUE, AGING_ROOM " WHERE id > ?1" IS_DUE " ORDER BY id LIMIT ?2")                       \
    X(ROOM_BOUNDS, "SELECT first_seq, first_count, first_at, retention_s FROM room WHERE id = ?1") \
    X(PRUNE_PLACES, "SELECT seq, count, created_at FROM event WHERE room = ?1 AND seq >="          \
                    " (SELECT first_seq FROM room WHERE id = ?1) ORDER BY seq LIMIT ?2")           \
    X(PRUNE_ANSWERS, "DELETE FROM answer WHERE room = ?1 AND (root, seq) IN (SELECT target, seq"   \
                     " FROM event WHERE room = ?1 AND seq >= ?2 AND seq < ?3 AND type = 1"         \
                     " AND target > 0)")                                                           \
    X(PRUNE_THREADS, "DELETE FROM thread WHERE room = ?1 AND root < ?2")                           \
    X(PRUNE_VERSIONS, "DELETE FROM version WHERE room = ?1 AND message < ?2")                      \
    X(PRUNE_REACTIONS, "DELETE FROM reaction WHERE room = ?1 AND message < ?2")                    \
    X(PRUNE_COUNTS, "DELETE FROM reaction_count WHERE room = ?1 AND message < ?2")                 \
    X(PRUNE_PINS, "DELETE FROM pin WHERE room = ?1 AND message < ?2")                              \
    X(PRUNE_POLLS, "DELETE FROM poll WHERE room = ?1 AND message < ?2")                            \
    X(PRUNE_VOTES, "DELETE FROM vote WHERE room = ?1 AND message < ?2")                            \
    X(PRUNE_VOTE_NOTES, "DELETE FROM vote_event WHERE room = ?1 AND message < ?2")                 \
    X(PRUNE_MENTIONS, "DELETE FROM mention WHERE room = ?1 AND seq < ?2")                          \
    X(PRUNE_EVENTS, "UPDATE event SET type = -type, payload = x'', edit_seq = 0, edit_at = 0,"     \
                    " edit_by = 0, reply_to = 0, reactions = 0, answers = 0"                       \
                    " WHERE room = ?1 AND seq >= ?2 AND seq < ?3 AND type NOT IN (15, 17)"         \
                    " AND type > 0")                                                               \
    X(PRUNE_ROOM, "UPDATE room SET first_seq = ?2, first_count = ?3, first_at = ?4, ages = 1"      \
                  " WHERE id = ?1")                                                                \
    X(PRUNE_NOTHING, "UPDATE room SET first_at = ?2 WHERE id = ?1 AND first_at < ?2")              \
    X(STUB_PLACES, "SELECT seq, created_at FROM event WHERE room = ?1 AND seq >="                  \
                   " (SELECT stub_seq FROM room WHERE id = ?1) AND seq <"                          \
                   " (SELECT first_seq FROM room WHERE id = ?1) AND seq <"                         \
                   " (SELECT max(seq) FROM event WHERE room = ?1) ORDER BY seq LIMIT ?2")          \
    X(STUBS_DELETE, "DELETE FROM event WHERE room = ?1 AND seq < ?2 AND seq >="                    \
                    " (SELECT stub_seq FROM room WHERE id = ?1) AND type < 0")                     \
    X(STUBS_ROOM, "UPDATE room SET stub_seq = ?2 WHERE id = ?1")                                   \
                                                                                                   \
    X(VERSION_KEEP, "INSERT INTO version SELECT room, seq, ?3, ?4, ?5, payload FROM event"         \
                    " WHERE room = ?1 AND seq = ?2 AND type = 1 AND edit_seq < ?3"                 \
                    " AND length(payload) > 0")                                                    \
    X(VERSION_LIST, "SELECT seq, replaced_at, content FROM version WHERE room = ?1"                \
                    " AND message = ?2 AND seq > ?3 AND keep_until > ?4 ORDER BY seq LIMIT ?5")    \
    X(VERSION_FORGET, "DELETE FROM version WHERE room = ?1 AND message = ?2")                      \
    X(VERSION_KEEP_FOR, "UPDATE version SET keep_until = replaced_at + ?2"                         \
                        " WHERE room = ?1 AND keep_until > replaced_at + ?2")                      \
    X(VERSION_DROP, "DELETE FROM version WHERE room = ?1 AND keep_until <="                        \
                    " (SELECT created_at FROM event WHERE room = ?1 AND seq = ?2)")                \
    X(VERSION_IS_OLD, "SELECT EXISTS (SELECT 1 FROM version WHERE keep_until <= ?1)")              \
    X(VERSION_CLEAN, "DELETE FROM version WHERE keep_until <= ?1")                                 \
                                                                                                   \
    X(REACTION_ADD, "INSERT INTO reaction SELECT room, seq, ?3, ?4, ?5 FROM event"                 \
                    " WHERE room = ?1 AND seq = ?2 AND type = 1 AND length(payload) > 0"           \
                    " ON CONFLICT DO NOTHING")                                                     \
    X(REACTION_REMOVE, "DELETE FROM reaction"                                                      \
                       " WHERE room = ?1 AND message = ?2 AND emoji = ?3 AND user = ?4")           \
    X(REACTION_COUNT_ADD, "INSERT INTO reaction_count VALUES (?1, ?2, ?3, 1, ?4, ?4)"              \
                          " ON CONFLICT DO UPDATE SET count = count + 1, seq = excluded.seq")      \
    X(REACTION_COUNT_REMOVE, "UPDATE reaction_count SET count = count - 1, seq = ?4"               \
                             " WHERE room = ?1 AND message = ?2 AND emoji = ?3")                   \
    X(REACTION_COUNT_CLEAN, "DELETE FROM reaction_count WHERE room = ?1 AND message = ?2"          \
                            " AND emoji = ?3 AND count = 0")                                       \
    X(REACTIONS_CHANGE, "UPDATE event SET reactions = reactions + ?3"                              \
                        " WHERE room = ?1 AND seq = ?2")                                           \
    X(REACTIONS_FORGET, "DELETE FROM reaction WHERE room = ?1 AND message = ?2")                   \
    X(REACTION_COUNTS_FORGET, "DELETE FROM reaction_count WHERE room = ?1 AND message = ?2")       \
    X(REACTIONS, "SELECT emoji, count, seq, EXISTS (SELECT 1 FROM reaction r WHERE r.room = c.room" \
                 " AND r.message = c.message AND r.emoji = c.emoji AND r.user = ?3)"               \
                 " FROM reaction_count c WHERE room = ?1 AND message = ?2 ORDER BY first_seq")     \
    X(REACTION_USERS, "SELECT user FROM reaction WHERE room = ?1 AND message = ?2 AND emoji = ?3"  \
                      " AND user > ?4 ORDER BY user LIMIT ?5")                                     \
    X(MESSAGE_MARKS,                                                                               \
      "SELECT (SELECT seq FROM reaction WHERE room = ?1 AND message = ?2 AND emoji = ?3"           \
      "  AND user = ?4),"                                                                          \
      " (SELECT count FROM reaction_count WHERE room = ?1 AND message = ?2 AND emoji = ?3),"       \
      " (SELECT count(*) FROM reaction_count WHERE room = ?1 AND message = ?2),"                   \
      " (SELECT seq FROM pin WHERE room = ?1 AND message = ?2),"                                   \
      " (SELECT count(*) FROM pin WHERE room = ?1)")                                               \
    X(PIN_ADD, "INSERT INTO pin SELECT room, seq, ?3 FROM event"                                   \
               " WHERE room = ?1 AND seq = ?2 AND type = 1 AND length(payload) > 0"                \
               " ON CONFLICT DO NOTHING")                                                          \
    X(PIN_REMOVE, "DELETE FROM pin WHERE room = ?1 AND message = ?2")                              \
    X(MESSAGES_OF, "SELECT seq FROM event WHERE room = ?1 AND seq > ?2 AND seq <= ?3"              \
                   " AND +sender = ?4 AND type = 1 AND created_at >= ?5 AND length(payload) > 0"   \
                   " ORDER BY seq DESC LIMIT ?6")                                                  \
    X(PINS, "SELECT message FROM pin WHERE room = ?1 ORDER BY seq DESC")                           \
                                                                                                   \
    X(POLL_ADD, "INSERT INTO poll (room, message, options, multiple, anonymous, closes_at)"        \
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)")                                                \
    X(POLL_VOTED, "UPDATE poll SET seq = ?3, voters = ?4, counts = ?5"                             \
                  " WHERE room = ?1 AND message = ?2")                                             \
    X(POLL_CLOSE, "UPDATE poll SET seq = ?3, closed_seq = ?3, closed_at = ?4, closed_by = ?5"      \
                  " WHERE room = ?1 AND message = ?2 AND closed_seq = 0")                          \
    X(POLL_FORGET, "DELETE FROM poll WHERE room = ?1 AND message = ?2")                            \
    X(POLL, "SELECT p.options, p.multiple, p.anonymous, p.closes_at, p.seq, p.voters, p.counts,"   \
            " p.closed_seq, p.closed_at, p.closed_by, v.choices, v.seq FROM poll p"                \
            " LEFT JOIN vote v ON v.room = p.room AND v.message = p.message"                       \
            " AND v.voter = iif(p.anonymous, ?4, ?3) WHERE p.room = ?1 AND p.message = ?2")        \
    X(VOTE_PUT, "INSERT INTO vote SELECT room, message, ?3, ?4, ?5 FROM poll"                      \
                " WHERE room = ?1 AND message = ?2 ON CONFLICT (room, message, voter)"             \
                " DO UPDATE SET choices = excluded.choices, seq = excluded.seq")                   \
    X(VOTES_FORGET, "DELETE FROM vote WHERE room = ?1 AND message = ?2")                           \
    X(VOTE_NOTE, "INSERT OR IGNORE INTO vote_event VALUES (?1, ?2, ?3)")                           \
    X(VOTES_EMPTY, "UPDATE event SET payload = x'' WHERE room = ?1 AND seq IN"                     \
                   " (SELECT seq FROM vote_event WHERE room = ?1 AND message = ?2)")               \
    X(VOTE_NOTES_FORGET, "DELETE FROM vote_event WHERE room = ?1 AND message = ?2")                \
    X(VOTERS, "SELECT voter FROM vote WHERE room = ?1 AND message = ?2"                            \
              " AND choices >> ?3 & 1 AND voter > ?4 ORDER BY voter LIMIT ?5")                     \
                                                                                                   \
    X(MENTION_ADD, "INSERT INTO mention VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")           \
    X(MENTIONS_FORGET, "DELETE FROM mention WHERE room = ?1 AND seq = ?2")                         \
                                                                                                   \
    X(FEED_PUT, "INSERT INTO feed VALUES"                                                          \
                " (?1, ?2, (SELECT ifnull(max(rev), 0) + 1 FROM feed WHERE user = ?1), ?3, ?4, 0)"    \
                " ON CONFLICT (user, key)"                                                         \
                " DO UPDATE SET rev = excluded.rev, value = excluded.value, due = excluded.due")                       \
    X(FEED_GET, "SELECT key, value, rev, due, held FROM feed WHERE user = ?1 AND key = ?2")                   \
    X(FEED_LIST, "SELECT key, value, rev FROM feed WHERE user = ?1 AND key > ?2 AND key < ?3"      \
                 " AND CAST(value AS TEXT) <> 'null' ORDER BY key LIMIT ?4")                       \
    X(FEED_COUNT, "SELECT count(*) FROM feed WHERE user = ?1 AND key > ?2 AND key < ?3"            \
                  " AND CAST(value AS TEXT) <> 'null'")                                            \
    X(FEED_DUE, "SELECT key, value, rev, user, due FROM feed WHERE due > 0 AND due <= ?1"              \
                " ORDER BY due LIMIT ?2")                                                          \
    X(FEED_HOLD, "UPDATE feed SET due = ?5, held = ?6"                                             \
                 " WHERE user = ?1 AND key = ?2 AND rev = ?3 AND due = ?4")                        \
    X(FEED_FORGET, "DELETE FROM feed WHERE user = ?1 AND key = ?2 AND rev = ?3 AND due = ?4"       \
                   " AND CAST(value AS TEXT) = 'null'"                                             \
                   " AND rev < (SELECT max(rev) FROM feed WHERE user = ?1)")                       \
    X(FEED_LAST, "SELECT ifnull(max(rev), 0) FROM feed WHERE user = ?1")                           \
    X(FEED_SINCE, "SELECT key, value, rev FROM feed"                                               \
                  " WHERE user = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3")                           \
    X(FEED_DELETE, "DELETE FROM feed WHERE user = ?1")
/* clang-format on */

enum sql {
#define X(name, text) SQL_##name,
    SQL_LIST(X)
#undef X
        SQL_COUNT
};
