/* queries.h - every question that an engine answers on a store thread, as store.h words it: the name
 * without store_, the parameters, the arguments. Private to store.
 *
 * store.h has the one function that callers see, store.c makes it from this table, and each engine
 * fills in its own: a question that is missing there does not compile. Each engine defines struct
 * store_conn for itself; its first member is the table. */
#pragma once

#include "store/store.h"

/* clang-format off */
#define STORE_QUERIES(X) \
    X(meta_get, (struct store_conn *conn, struct str key, struct arena *arena, struct str *out), (conn, key, arena, out)) \
    X(meta_put, (struct store_conn *conn, struct str key, struct str value), (conn, key, value)) \
    X(user_create, (struct store_conn *conn, const struct user *user, struct str username_key, struct str password_hash), (conn, user, username_key, password_hash)) \
    X(user_get, (struct store_conn *conn, user_id id, struct arena *arena, struct user *out), (conn, id, arena, out)) \
    X(users_get, (struct store_conn *conn, const user_id *ids, size_t count, struct arena *arena, struct user_list *out), (conn, ids, count, arena, out)) \
    X(credentials_by_login, (struct store_conn *conn, struct str login_key, struct arena *arena, struct credentials *out), (conn, login_key, arena, out)) \
    X(credentials_get, (struct store_conn *conn, user_id id, struct arena *arena, struct credentials *out), (conn, id, arena, out)) \
    X(users_search, (struct store_conn *conn, struct str key, struct str after, size_t limit, struct arena *arena, struct user_list *out, struct str *next), (conn, key, after, limit, arena, out, next)) \
    X(user_update, (struct store_conn *conn, const struct user *user), (conn, user)) \
    X(user_set_password, (struct store_conn *conn, user_id id, struct str password_hash), (conn, id, password_hash)) \
    X(user_set_admin, (struct store_conn *conn, user_id id, bool admin), (conn, id, admin)) \
    X(user_delete, (struct store_conn *conn, user_id id, int64_t at), (conn, id, at)) \
    X(users_unfinished, (struct store_conn *conn, struct arena *arena, struct user_list *out), (conn, arena, out)) \
    X(admins, (struct store_conn *conn, user_id after, size_t limit, struct arena *arena, struct user_list *out), (conn, after, limit, arena, out)) \
    X(suspension_put, (struct store_conn *conn, const struct suspension *suspension), (conn, suspension)) \
    X(suspension_lift, (struct store_conn *conn, user_id user), (conn, user)) \
    X(suspensions_get, (struct store_conn *conn, const user_id *ids, size_t count, int64_t now, struct arena *arena, struct suspension_list *out), (conn, ids, count, now, arena, out)) \
    X(suspensions, (struct store_conn *conn, user_id after, int64_t now, size_t limit, struct arena *arena, struct suspension_list *out), (conn, after, now, limit, arena, out)) \
    X(presences_get, (struct store_conn *conn, const user_id *ids, size_t count, struct arena *arena, struct presence_list *out), (conn, ids, count, arena, out)) \
    X(presence_put, (struct store_conn *conn, const struct presence *presence), (conn, presence)) \
    X(presences_seen, (struct store_conn *conn, const struct seen *seen, size_t count), (conn, seen, count)) \
    X(session_create, (struct store_conn *conn, const struct session *session), (conn, session)) \
    X(session_get, (struct store_conn *conn, session_id id, struct arena *arena, struct session *out), (conn, id, arena, out)) \
    X(session_rotate, (struct store_conn *conn, session_id id, uint32_t from_generation, int64_t at), (conn, id, from_generation, at)) \
    X(sessions_of, (struct store_conn *conn, user_id user, session_id after, int64_t idle_since, size_t limit, struct arena *arena, struct session_list *out), (conn, user, after, idle_since, limit, arena, out)) \
    X(sessions_end, (struct store_conn *conn, user_id user, session_id keep, int64_t at, struct arena *arena, struct session_list *out), (conn, user, keep, at, arena, out)) \
    X(session_end, (struct store_conn *conn, session_id id, int64_t at), (conn, id, at)) \
    X(sessions_ended_since, (struct store_conn *conn, int64_t since, struct arena *arena, struct session_list *out), (conn, since, arena, out)) \
    X(invite_create, (struct store_conn *conn, const struct invite *invite), (conn, invite)) \
    X(invite_use, (struct store_conn *conn, struct str code, int64_t at), (conn, code, at)) \
    X(room_get, (struct store_conn *conn, room_id id, struct arena *arena, struct room *out), (conn, id, arena, out)) \
    X(members, (struct store_conn *conn, room_id room, user_id after, size_t limit, struct arena *arena, struct member_list *out), (conn, room, after, limit, arena, out)) \
    X(members_search, (struct store_conn *conn, room_id room, struct str key, user_id after, size_t limit, struct arena *arena, struct member_list *out, user_id *stood), (conn, room, key, after, limit, arena, out, stood)) \
    X(member_get, (struct store_conn *conn, room_id room, user_id user, struct member *out), (conn, room, user, out)) \
    X(members_get, (struct store_conn *conn, const struct member_place *places, size_t count, struct member *out), (conn, places, count, out)) \
    X(member_past, (struct store_conn *conn, room_id room, user_id user, struct member_past *out), (conn, room, user, out)) \
    X(directory, (struct store_conn *conn, const struct listing_words *words, const struct listing_place *after, size_t limit, struct arena *arena, struct room_list *out, struct listing_place *next), (conn, words, after, limit, arena, out, next)) \
    X(groups, (struct store_conn *conn, const struct groups_question *question, const struct listing_place *after, size_t limit, struct arena *arena, struct room_list *out, struct listing_place *next), (conn, question, after, limit, arena, out, next)) \
    X(owners, (struct store_conn *conn, const room_id *rooms, size_t count, user_id *out), (conn, rooms, count, out)) \
    X(links, (struct store_conn *conn, room_id room, uint64_t after, int64_t now, size_t limit, struct arena *arena, struct room_link_list *out), (conn, room, after, now, limit, arena, out)) \
    X(requests, (struct store_conn *conn, room_id room, uint64_t after, size_t limit, struct arena *arena, struct join_request_list *out), (conn, room, after, limit, arena, out)) \
    X(requests_of, (struct store_conn *conn, user_id user, room_id after, size_t limit, struct arena *arena, struct join_request_list *out), (conn, user, after, limit, arena, out)) \
    X(filter_get, (struct store_conn *conn, room_id room, struct arena *arena, struct str *out), (conn, room, arena, out)) \
    X(audits, (struct store_conn *conn, room_id room, const struct audit_filter *filter, const struct audit_place *before, size_t limit, struct arena *arena, struct audit_list *out), (conn, room, filter, before, limit, arena, out)) \
    X(audit_put, (struct store_conn *conn, const struct audit_entry *entry), (conn, entry)) \
    X(report_put, (struct store_conn *conn, const struct report *report), (conn, report)) \
    X(report_get, (struct store_conn *conn, uint64_t id, struct arena *arena, struct report *out), (conn, id, arena, out)) \
    X(reports, (struct store_conn *conn, const struct report_filter *filter, const struct report_place *before, size_t limit, struct arena *arena, struct report_list *out), (conn, filter, before, limit, arena, out)) \
    X(reports_by, (struct store_conn *conn, user_id by, size_t limit, struct arena *arena, struct report_list *out), (conn, by, limit, arena, out)) \
    X(reports_open, (struct store_conn *conn, room_id queue, user_id except, size_t most, size_t *out), (conn, queue, except, most, out)) \
    X(staff, (struct store_conn *conn, room_id room, size_t limit, struct arena *arena, struct member_list *out), (conn, room, limit, arena, out)) \
    X(bans, (struct store_conn *conn, room_id room, user_id after, int64_t now, size_t limit, struct arena *arena, struct ban_list *out), (conn, room, after, now, limit, arena, out)) \
    X(rooms_of, (struct store_conn *conn, user_id user, room_id after, size_t limit, struct arena *arena, struct room_view_list *out), (conn, user, after, limit, arena, out)) \
    X(room_view, (struct store_conn *conn, room_id room, user_id user, struct arena *arena, struct room_view *out), (conn, room, user, arena, out)) \
    X(room_ends, (struct store_conn *conn, room_id after, size_t limit, struct arena *arena, struct room_end **out, size_t *count), (conn, after, limit, arena, out, count)) \
    X(ends_of, (struct store_conn *conn, const room_id *rooms, size_t room_count, struct arena *arena, struct room_end **out, size_t *count), (conn, rooms, room_count, arena, out, count)) \
    X(places_of, (struct store_conn *conn, user_id user, struct arena *arena, struct room_place **out, size_t *count), (conn, user, arena, out, count)) \
    X(room_ids_of, (struct store_conn *conn, user_id user, struct arena *arena, room_id **out, size_t *count), (conn, user, arena, out, count)) \
    X(rooms_within, (struct store_conn *conn, user_id user, uint64_t most_members, size_t limit, struct arena *arena, room_id **out, size_t *count), (conn, user, most_members, limit, arena, out, count)) \
    X(messages, (struct store_conn *conn, room_id room, uint64_t thread, uint64_t first, enum position position, uint64_t seq, size_t limit, struct message_page *out), (conn, room, thread, first, position, seq, limit, out)) \
    X(messages_of, (struct store_conn *conn, room_id room, user_id sender, int64_t since, uint64_t after, uint64_t through, size_t limit, struct arena *arena, uint64_t **out, size_t *count), (conn, room, sender, since, after, through, limit, arena, out, count)) \
    X(events, (struct store_conn *conn, room_id room, uint64_t after, size_t limit, size_t max_bytes, struct event_list *out, bool *has_more), (conn, room, after, limit, max_bytes, out, has_more)) \
    X(event_get, (struct store_conn *conn, room_id room, uint64_t seq, struct event **out), (conn, room, seq, out)) \
    X(events_get, (struct store_conn *conn, const struct event_place *places, size_t count, struct event **out), (conn, places, count, out)) \
    X(event_by_nonce, (struct store_conn *conn, room_id room, user_id sender, struct str nonce, struct event **out), (conn, room, sender, nonce, out)) \
    X(event_count, (struct store_conn *conn, room_id room, uint64_t seq, uint64_t *out), (conn, room, seq, out)) \
    X(last_count, (struct store_conn *conn, room_id room, uint64_t *out), (conn, room, out)) \
    X(event_stamp, (struct store_conn *conn, room_id room, uint64_t seq, struct event_stamp *out), (conn, room, seq, out)) \
    X(log_bounds, (struct store_conn *conn, room_id room, user_id user, struct log_bounds *out), (conn, room, user, out)) \
    X(rooms_bounds, (struct store_conn *conn, const room_id *rooms, size_t count, struct log_bounds *out), (conn, rooms, count, out)) \
    X(aging_rooms, (struct store_conn *conn, room_id after, bool all, const struct ageing *due, size_t limit, struct arena *arena, struct aging_room **out, size_t *count), (conn, after, all, due, limit, arena, out, count)) \
    X(prune, (struct store_conn *conn, room_id room, int64_t through, size_t limit, struct pruned *out), (conn, room, through, limit, out)) \
    X(prune_stubs, (struct store_conn *conn, room_id room, int64_t through, size_t limit, bool *more), (conn, room, through, limit, more)) \
    X(versions, (struct store_conn *conn, room_id room, uint64_t message, uint64_t after, int64_t now, size_t limit, struct arena *arena, struct version_list *out), (conn, room, message, after, now, limit, arena, out)) \
    X(marks, (struct store_conn *conn, room_id room, struct marks_question *questions, size_t count), (conn, room, questions, count)) \
    X(reactions, (struct store_conn *conn, room_id room, uint64_t message, user_id self, struct arena *arena, struct reaction_list *out), (conn, room, message, self, arena, out)) \
    X(reaction_users, (struct store_conn *conn, room_id room, uint64_t message, struct str emoji, user_id after, size_t limit, struct arena *arena, user_id **out, size_t *count), (conn, room, message, emoji, after, limit, arena, out, count)) \
    X(polls, (struct store_conn *conn, room_id room, struct poll_question *questions, size_t count), (conn, room, questions, count)) \
    X(voters, (struct store_conn *conn, room_id room, uint64_t message, unsigned option, user_id after, size_t limit, struct arena *arena, user_id **out, size_t *count), (conn, room, message, option, after, limit, arena, out, count)) \
    X(pins, (struct store_conn *conn, room_id room, struct event_list *out), (conn, room, out)) \
    X(read_marker_put, (struct store_conn *conn, room_id room, user_id user, uint64_t read_seq, uint64_t read_count), (conn, room, user, read_seq, read_count)) \
    X(delivered_put, (struct store_conn *conn, room_id room, user_id user, uint64_t seq), (conn, room, user, seq)) \
    X(feed_put, (struct store_conn *conn, user_id user, struct str key, struct str value, uint64_t only_at, struct str family, size_t most, int64_t due, uint64_t *rev), (conn, user, key, value, only_at, family, most, due, rev)) \
    X(feed_due, (struct store_conn *conn, int64_t now, size_t limit, struct arena *arena, struct feed_due_list *out), (conn, now, limit, arena, out)) \
    X(feed_hold, (struct store_conn *conn, const struct feed_due *due, int64_t again, bool held), (conn, due, again, held)) \
    X(feed_forget, (struct store_conn *conn, const struct feed_due *due), (conn, due)) \
    X(feed_get, (struct store_conn *conn, user_id user, struct str key, struct arena *arena, struct feed_entry *out), (conn, user, key, arena, out)) \
    X(feeds_get, (struct store_conn *conn, const user_id *users, size_t count, struct str key, struct arena *arena, struct feed_entry *out), (conn, users, count, key, arena, out)) \
    X(feeds_put, (struct store_conn *conn, struct str key, struct str family, size_t most, struct feed_put *puts, size_t count), (conn, key, family, most, puts, count)) \
    X(feed_list, (struct store_conn *conn, user_id user, struct str prefix, struct str after, size_t limit, struct arena *arena, struct feed_entry_list *out), (conn, user, prefix, after, limit, arena, out)) \
    X(feed, (struct store_conn *conn, user_id user, uint64_t rev, size_t limit, struct arena *arena, struct feed_entry_list *out, uint64_t *last), (conn, user, rev, limit, arena, out, last)) \
    X(emoji, (struct store_conn *conn, size_t limit, struct arena *arena, struct custom_emoji_list *out), (conn, limit, arena, out)) \
    X(emoji_known, (struct store_conn *conn, struct str name), (conn, name)) \
    X(emoji_put, (struct store_conn *conn, const struct custom_emoji *emoji), (conn, emoji)) \
    X(emoji_delete, (struct store_conn *conn, const struct custom_emoji *emoji), (conn, emoji)) \
    X(emoji_image_put, (struct store_conn *conn, struct str digest, enum image_type type, struct str bytes), (conn, digest, type, bytes)) \
    X(emoji_image, (struct store_conn *conn, struct str digest, struct arena *arena, enum image_type *type, struct str *bytes), (conn, digest, arena, type, bytes)) \
    X(rows_read, (struct store_conn *conn, const struct kind *kind, struct str after, size_t limit, size_t max_bytes, struct arena *arena, struct kind_rows *out), (conn, kind, after, limit, max_bytes, arena, out)) \
    X(rows_write, (struct store_conn *conn, const struct kind *kind, const struct kind_rows *rows), (conn, kind, rows)) \
    X(rows_count, (struct store_conn *conn, const struct kind *kind, uint64_t *out), (conn, kind, out)) \
    X(settle, (struct store_conn *conn, room_id after, size_t limit, room_id *last), (conn, after, limit, last))

/* clang-format on */

struct store_queries {
#define X(name, parameters, arguments) int(*name) parameters;
    STORE_QUERIES(X)
#undef X
};
