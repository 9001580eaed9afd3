/* store.h - what must be remembered, whatever engine remembers it.
 *
 * Two doors. On any thread: store_read(), store_write() and store_append() queue a job; its `run`
 * happens on a store thread with a connection, its `done` back on the thread that owns `home`.
 * On a store thread, inside `run`: the functions below that take a `struct store_conn`.
 *
 * Writes of many jobs share one transaction (group commit): `done` of a write comes after its
 * changes are durable (synced to disk), or with rc telling that they are not there. A job whose run
 * returns an error leaves nothing behind, and does not disturb the others of its group.
 *
 * Owns:   results are put into the arena given, good as long as it is; events by reference.
 * Fails:  negative errno. -ENOENT absent, -EEXIST taken, -EILSEQ a name is not UTF-8; -ENOSPC,
 *         -EROFS, -EIO, -EUCLEAN (damaged), -EBUSY: the engine cannot write now, nothing of the job
 *         stands, try later; -EAGAIN nobody knows whether it stands (look it up by nonce).
 * The contract tests, store_*_contract_test.c, are what an engine has to pass. */
#pragma once

#include "core/arena.h"
#include "core/err.h"
#include "core/inbox.h"
#include "core/limits.h"
#include "model/audit.h"
#include "model/custom_emoji.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/invite.h"
#include "model/mentions.h"
#include "model/poll.h"
#include "model/presence.h"
#include "model/reaction.h"
#include "model/report.h"
#include "model/room.h"
#include "model/session.h"
#include "model/suspension.h"
#include "model/user.h"
#include "store/kinds.h"
#include "store/listing.h"

struct store;
struct store_conn; /* a store thread's own connection; a write's is inside the transaction */

struct store_job {
    struct inbox_item item;                                     /* private */
    struct store *store;                                        /* private */
    struct store_door *door;                                    /* private */
    uint64_t taken_us;                                          /* private */
    struct inbox *home;                                         /* where done is to run */
    int (*run)(struct store_job *job, struct store_conn *conn); /* may run again after a failed
                                                                   group: starts from scratch */
    void (*done)(struct store_job *job);
    int rc; /* out: what run returned, or why the commit failed */
};

/* A change to the projections of a room that an append makes together with its events. */
enum projection_kind {
    PROJECT_ROOM,
    PROJECT_CHANGE,
    PROJECT_MEMBER,
    PROJECT_MEMBER_GONE,
    PROJECT_MUTE,
    PROJECT_BAN,
    PROJECT_LINK,
    PROJECT_LINK_USED,
    PROJECT_LINK_REVOKED,
    PROJECT_REQUEST,
    PROJECT_REQUEST_CLOSED
};
struct projection {
    enum projection_kind kind;
    struct room_change change; /* ROOM (all of it), CHANGE; permissions: all that are set then */
    enum room_kind room_kind;  /* ROOM */
    user_id user;              /* ROOM: its maker; MEMBER, MEMBER_GONE, MUTE, BAN */
    enum role role;            /* MEMBER: joins, or takes this role */
    uint64_t seq;              /* of the event that did it: applied_seq */
    uint64_t count; /* MEMBER, of somebody new: their read marker begins at seq and count,
                                so that what was there before they came is not unread */
    uint64_t
        from_seq; /* MEMBER, of somebody new: what they read begins there; 0: at the beginning */
    int64_t
        at; /* ms: when made or joined; MUTE, BAN: until when, 0: no longer; LINK: until when; REQUEST: when;
                REQUEST_CLOSED: when it was refused, 0: as if they had not asked */
    struct str text;         /* REQUEST: what they say, for those who decide */
    uint64_t link;           /* LINK_*: its seq */
    uint64_t most;           /* LINK: people it lets in, 0: any number */
    struct member_past past; /* MEMBER, of somebody who was there before: what the store still has
                                of them, for who keeps the room in memory; not stored from here */
};

/* Events of one room to be made durable, numbered without gap behind the room's last event.
 * rc 0: all events stand. -EEXIST: an event with the room, sender and nonce of events[stored] was there before; the
 * events before it stand, no event from it on does, and no projection. -ESTALE: the events do not follow the room's last
 * event; nothing of this stands (read the room again). -EALREADY: the same, but the events that stand in the way cannot
 * be read yet, and may be these ones. Any other rc: as the head of this file says, for all of them.
 *
 * The same transaction also changes what follows from the events:
 * - A message moves its sender's read marker to itself, and their sent_at to its time. The marker makes no entry in the
 *   sender's feed: the message itself tells every device, and markers only grow.
 * - An answer in a thread moves the sender's sent_at, but no marker. It is counted in the thread's root, which takes
 *   over the count of answers, the answer's time as answered_at, and its answered_by, unless the root knows of a later
 *   answer.
 * - message.updated puts its payload into its target, and keeps the payload that was there before as a version, until
 *   keep_until. message.deleted empties its target and forgets the versions. Of several changes the one with the highest
 *   seq stands; a change of a deleted message changes nothing.
 * - The mentions in a message are counted for the users whom it names until the message is deleted; a mention of the
 *   whole room is one entry, however many members there are.
 * - Reactions and pins are put on their target or taken off it; a deleted message loses all of them.
 * - A poll has the counts that its last vote carries, and is closed where there is the event of its end. */
struct append {
    struct store_job job; /* run is the store's; the caller sets home and done */
    room_id room;
    struct event **events; /* borrowed until done */
    size_t count;
    const struct projection *projections; /* borrowed until done */
    size_t projection_count;
    size_t stored; /* out */
};

void store_read(struct store *store, struct store_job *job);
void store_write(struct store *store, struct store_job *job);
void store_append(struct store *store, struct append *append);
/* A write that may be done in part, and then again: of rows of a kind. Where an engine would leave a
 * transaction open for a minute when the program is killed, it takes none for it. */
void store_fill(struct store *store, struct store_job *job);

/* Can it be read and written now? For /readyz; from any thread. */
bool store_is_ready(struct store *store);
/* The server is to stop: from now on what an engine that does not answer is asked fails at once, rather
 * than after a time. Any thread. */
void store_hurry(struct store *store);
/* Whether there is time for one more act: ERR_OK or, counted as a hit, ERR_SERVER_BUSY. It is for
 * the doors to ask, before they begin: what was begun is done. Newcomers wait before those who are
 * in: for them the queue is half as long, and the store has to be quick. From any thread. */
enum err store_admits(struct store *store, const struct limits *limits, bool newcomer) MUST_USE;
/* No job is with it or on its way back: done of every one has returned. From any thread. */
bool store_is_idle(struct store *store);
/* Prometheus text of the engine's own figures (commits, rows, batch sizes, seconds), any thread. */
struct buf;
void store_metrics(struct store *store, struct buf *out);
/* Finishes what was queued, closes cleanly; NULL is fine. */
void store_close(struct store *store);

/* ---- settings of the database itself, made once ---------------------------------------------- */
int store_meta_get(struct store_conn *conn, struct str key, struct arena *arena, struct str *out);
int store_meta_put(struct store_conn *conn, struct str key, struct str value);
/* What administrators set for the whole server: filters as proto/filter_read.h makes them, and what holds for
 * newcomers, packed (model/newcomers.h) and printed. */
#define META_FILTERS STR("filters")
#define META_NEWCOMERS STR("newcomers")

/* ---- people ---------------------------------------------------------------------------------- */
struct credentials {
    struct user user;
    struct str password_hash; /* crypto_pwhash_str; empty: cannot sign in by password */
};

/* username_key: folded, unique among people who are there, and so is what the username looks like
 * (unicode_skeleton). -EEXIST if either is taken. */
int store_user_create(struct store_conn *conn, const struct user *user, struct str username_key,
                      struct str password_hash);
int store_user_get(struct store_conn *conn, user_id id, struct arena *arena, struct user *out);
/* Those of ids that exist, in their order. */
int store_users_get(struct store_conn *conn, const user_id *ids, size_t count, struct arena *arena,
                    struct user_list *out);
/* By username key or verified e-mail. -ENOENT. */
int store_credentials_by_login(struct store_conn *conn, struct str login_key, struct arena *arena,
                               struct credentials *out);
int store_credentials_get(struct store_conn *conn, user_id id, struct arena *arena,
                          struct credentials *out);
/* Living people whose username key or folded display name begins with (or has a word that begins
 * with) `key`, by username key, behind `after` (empty: from the start). */
int store_users_search(struct store_conn *conn, struct str key, struct str after, size_t limit,
                       struct arena *arena, struct user_list *out, struct str *next);
/* display_name, locale, about, pronouns, time_zone: all of them. -ENOENT: no living person. */
int store_user_update(struct store_conn *conn, const struct user *user);
int store_user_set_password(struct store_conn *conn, user_id id, struct str password_hash);
int store_user_set_admin(struct store_conn *conn, user_id id, bool admin);
/* Administrators, by id, behind `after`. */
int store_admins(struct store_conn *conn, user_id after, size_t limit, struct arena *arena,
                 struct user_list *out);
/* In the place of what stood. Of writes that go on at once, one which makes a session of that person's, or
 * changes who is an administrator, comes before or after. -ENOENT: no living person. */
int store_suspension_put(struct store_conn *conn, const struct suspension *suspension);
int store_suspension_lift(struct store_conn *conn, user_id user); /* -ENOENT: there is none */
/* Of these people, in any order: those that hold past `now`. */
int store_suspensions_get(struct store_conn *conn, const user_id *ids, size_t count, int64_t now,
                          struct arena *arena, struct suspension_list *out);
/* The same of all, by user id, behind `after`. */
int store_suspensions(struct store_conn *conn, user_id after, int64_t now, size_t limit,
                      struct arena *arena, struct suspension_list *out);
/* Account gone: names, profile, e-mail and password removed, username free again, all sessions ended. */
int store_user_delete(struct store_conn *conn, user_id id, int64_t at);
/* Deleted people who are still members of a group, for finishing what a crash interrupted. */
int store_users_unfinished(struct store_conn *conn, struct arena *arena, struct user_list *out);

/* What each of them says about being there, in their order; of who says nothing, and of nobody, only
 * `user` is set. `state` never is. */
int store_presences_get(struct store_conn *conn, const user_id *ids, size_t count,
                        struct arena *arena, struct presence_list *out);
int store_presence_put(struct store_conn *conn, const struct presence *presence); /* choice, text,
                                                                                     emoji, until */
/* Each one's last_seen_at grows, unless they are invisible, or nobody; each is named once. */
int store_presences_seen(struct store_conn *conn, const struct seen *seen, size_t count);

/* ---- sessions -------------------------------------------------------------------------------- */
int store_session_create(struct store_conn *conn, const struct session *session);
int store_session_get(struct store_conn *conn, session_id id, struct arena *arena,
                      struct session *out); /* ended ones too */
int store_session_rotate(struct store_conn *conn, session_id id, uint32_t from_generation,
                         int64_t at); /* -ENOENT unless it lives and has that generation */
/* Living ones, by id; those that session_is_idle() are none. */
int store_sessions_of(struct store_conn *conn, user_id user, session_id after, int64_t idle_since,
                      size_t limit, struct arena *arena, struct session_list *out);
/* Ends all of a person's (except `keep`, if not 0); gives the ids that this call ended. */
int store_sessions_end(struct store_conn *conn, user_id user, session_id keep, int64_t at,
                       struct arena *arena, struct session_list *out);
int store_session_end(struct store_conn *conn, session_id id, int64_t at); /* -ENOENT if not live */
int store_sessions_ended_since(struct store_conn *conn, int64_t since, struct arena *arena,
                               struct session_list *out);

/* ---- invitations ----------------------------------------------------------------------------- */
int store_invite_create(struct store_conn *conn, const struct invite *invite);
int store_invite_use(struct store_conn *conn, struct str code, int64_t at); /* -ENOENT: unknown,
                                                                            used up or expired */

/* ---- rooms ----------------------------------------------------------------------------------- */
int store_room_get(struct store_conn *conn, room_id id, struct arena *arena, struct room *out);
/* By user id, behind `after` (0: from the start); limit 0: all. Those who left are not in it. */
int store_members(struct store_conn *conn, room_id room, user_id after, size_t limit,
                  struct arena *arena, struct member_list *out);
/* The same of those whom store_users_search() finds by `key`, which is not empty. Where the name is a frequent one,
 * at most MEMBERS_LOOKED_AT of the room are looked at: *stood is the last of them, behind whom to go on, however few
 * were found; 0: all were looked at, or `limit` found. */
enum { MEMBERS_LOOKED_AT = 5000 };
int store_members_search(struct store_conn *conn, room_id room, struct str key, user_id after,
                         size_t limit, struct arena *arena, struct member_list *out,
                         user_id *stood);
int store_member_get(struct store_conn *conn, room_id room, user_id user, struct member *out);
/* The same of many: of who is not in it, user is 0. */
struct member_place {
    room_id room;
    user_id user;
};
int store_members_get(struct store_conn *conn, const struct member_place *places, size_t count,
                      struct member *out);
/* Of somebody who is in it, was, or never was. */
int store_member_past(struct store_conn *conn, room_id room, user_id user, struct member_past *out);
/* Public groups with somebody in them that are not archived, whose name and topic have words that begin
 * so, each of them; by name, behind `after`. *next is where the next page begins; key empty: the end. */
struct listing_place {
    struct str key; /* the folded name, cut to LISTING_KEY_BYTES */
    room_id room;
};
int store_directory(struct store_conn *conn, const struct listing_words *words,
                    const struct listing_place *after, size_t limit, struct arena *arena,
                    struct room_list *out, struct listing_place *next);
/* All groups, in the same way, public or not, with nobody in them too. */
struct groups_question {
    struct listing_words words;
    enum groups_state state;
};
int store_groups(struct store_conn *conn, const struct groups_question *question,
                 const struct listing_place *after, size_t limit, struct arena *arena,
                 struct room_list *out, struct listing_place *next);
/* Whose these groups are, in their order; 0: nobody's. */
int store_owners(struct store_conn *conn, const room_id *rooms, size_t count, user_id *out);
/* Links that still let people in past `now`, by seq, behind `after`. */
int store_links(struct store_conn *conn, room_id room, uint64_t after, int64_t now, size_t limit,
                struct arena *arena, struct room_link_list *out);
/* Who asks to be let in, of whom it is not decided, by seq, behind `after`. */
int store_requests(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                   struct arena *arena, struct join_request_list *out);
/* What somebody has asked, open or refused, by room, behind `after`. */
int store_requests_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                      struct arena *arena, struct join_request_list *out);
/* Acts of keeping the peace in a room, or (room 0) in all, newest first, older than `before`. Whatever an
 * append makes is in it as soon as its events stand, and stays. */
int store_audits(struct store_conn *conn, room_id room, const struct audit_filter *filter,
                 const struct audit_place *before, size_t limit, struct arena *arena,
                 struct audit_list *out);
/* Adds an entry of an act that is no event, in this job's transaction. */
int store_audit_put(struct store_conn *conn, const struct audit_entry *entry);
/* Who is kept out past `now`, by user id, behind `after`. */
int store_bans(struct store_conn *conn, room_id room, user_id after, int64_t now, size_t limit,
               struct arena *arena, struct ban_list *out);
/* Of a room_view no more are counted. */
enum { MENTIONS_MOST = 1000 };
/* Rooms a person is in, by room id, behind `after`; limit 0: all. Peers filled in. */
int store_rooms_of(struct store_conn *conn, user_id user, room_id after, size_t limit,
                   struct arena *arena, struct room_view_list *out);
int store_room_view(struct store_conn *conn, room_id room, user_id user, struct arena *arena,
                    struct room_view *out); /* -ENOENT if not a member */
/* Where the logs of rooms end, by room id, behind `after`: for who follows them. */
struct room_end {
    room_id room;
    uint64_t last_seq;
};
int store_room_ends(struct store_conn *conn, room_id after, size_t limit, struct arena *arena,
                    struct room_end **out, size_t *count);
/* The same of these alone, as far as they exist, in any order. */
int store_ends_of(struct store_conn *conn, const room_id *rooms, size_t room_count,
                  struct arena *arena, struct room_end **out, size_t *count);
/* All rooms a person is in, by id, with the event by which they joined and the log's last one. */
struct room_place {
    room_id room;
    uint64_t joined_seq, last_seq;
};
int store_places_of(struct store_conn *conn, user_id user, struct arena *arena,
                    struct room_place **out, size_t *count);
/* Ids alone of all rooms a person is in, for subscribing. */
int store_room_ids_of(struct store_conn *conn, user_id user, struct arena *arena, room_id **out,
                      size_t *count);

/* Of these, at most `limit` that have at most so many members. */
int store_rooms_within(struct store_conn *conn, user_id user, uint64_t most_members, size_t limit,
                       struct arena *arena, room_id **out, size_t *count);

/* What was set last by a change with `filters`, as it was given; -ENOENT: there are none. */
int store_filter_get(struct store_conn *conn, room_id room, struct arena *arena, struct str *out);

/* ---- what is reported ------------------------------------------------------------------------- */
/* A new one, or what it is now; all fields. Evidence that is gone from it is gone from the files. */
int store_report_put(struct store_conn *conn, const struct report *report);
int store_report_get(struct store_conn *conn, uint64_t id, struct arena *arena,
                     struct report *out); /* -ENOENT */
/* Newest first, older than `before`; without evidence. */
int store_reports(struct store_conn *conn, const struct report_filter *filter,
                  const struct report_place *before, size_t limit, struct arena *arena,
                  struct report_list *out);
/* Those that somebody made and that are open, at most `limit`, in any order; without evidence. */
int store_reports_by(struct store_conn *conn, user_id by, size_t limit, struct arena *arena,
                     struct report_list *out);
/* How many are open in a queue, counted no further than `most`; `except` as in
 * struct report_filter. */
int store_reports_open(struct store_conn *conn, room_id queue, user_id except, size_t most,
                       size_t *out);
/* Those in a room who are more than members, at most `limit`; user and role alone. */
int store_staff(struct store_conn *conn, room_id room, size_t limit, struct arena *arena,
                struct member_list *out);

/* ---- the log --------------------------------------------------------------------------------- */
enum position { POSITION_NEWEST, POSITION_BEFORE, POSITION_AFTER, POSITION_AROUND };
struct message_page {
    struct event_list messages; /* ascending by seq, as they stand now */
    bool has_older, has_newer;
};
/* Of the room itself, or (thread not 0) the answers in that thread; none before `first`. */
int store_messages(struct store_conn *conn, room_id room, uint64_t thread, uint64_t first,
                   enum position position, uint64_t seq, size_t limit, struct message_page *out);
/* The oldest `limit` after `after`, none before first_seq, ascending, at most max_bytes of payload (but one always).
 * Events that change a message come with it as it stands now, or without one where that was pruned. */
int store_events(struct store_conn *conn, room_id room, uint64_t after, size_t limit,
                 size_t max_bytes, struct event_list *out, bool *has_more);
/* -ENOENT if there is none. */
int store_event_get(struct store_conn *conn, room_id room, uint64_t seq, struct event **out);
/* The same of many: NULL where there is none; without the messages that changes are about. */
struct event_place {
    room_id room;
    uint64_t seq;
};
int store_events_get(struct store_conn *conn, const struct event_place *places, size_t count,
                     struct event **out);
int store_event_by_nonce(struct store_conn *conn, room_id room, user_id sender, struct str nonce,
                         struct event **out);
/* `count` of the event at seq; -ENOENT if there is none. */
int store_event_count(struct store_conn *conn, room_id room, uint64_t seq, uint64_t *out);
/* That of the last event as store_log_bounds() sees the room; 0 of a room that is not there. */
int store_last_count(struct store_conn *conn, room_id room, uint64_t *out);
/* `count` and time of the event at seq, ms; -ENOENT if there is none. */
struct event_stamp {
    uint64_t count;
    int64_t at;
};
int store_event_stamp(struct store_conn *conn, room_id room, uint64_t seq, struct event_stamp *out);

/* What somebody who is in a room may read of it; -ENOENT of who is not. readable.h says what that comes to. */
struct log_bounds {
    uint64_t first_seq, first_count; /* as of struct room */
    int64_t first_at;
    uint64_t retention_s;
    uint64_t from_seq; /* as of struct member */
};
int store_log_bounds(struct store_conn *conn, room_id room, user_id user, struct log_bounds *out);
/* The same of many rooms at once, of none of their members: from_seq is 0. Of rooms that are not there all is 0. */
int store_rooms_bounds(struct store_conn *conn, const room_id *rooms, size_t count,
                       struct log_bounds *out);

/* ---- what is too old ---------------------------------------------------------------------------- */
/* Rooms by id, behind `after`, at most `limit`: those that keep nothing for ever, or kept something so once;
 * `all`: every one. With `due` only those in which something is too old by that, or half pruned. */
struct ageing; /* readable.h */
struct aging_room {
    room_id room;
    uint64_t first_seq, last_seq, retention_s;
    int64_t first_at;
    uint64_t stub_seq; /* stubs of what was pruned begin here; first_seq: there are none */
    bool half_pruned;  /* words of what is before first_seq may be there: store_prune() ends that */
};
int store_aging_rooms(struct store_conn *conn, room_id after, bool all, const struct ageing *due,
                      size_t limit, struct arena *arena, struct aging_room **out, size_t *count);
/* Takes at most `limit` events that are no newer than `through` ms off the beginning of a log, with all that
 * is about them: their words are gone from the files as those of a deleted message are. What is left is a stub
 * for each, place and nonce, found by that alone; events that made a ban or a link stay as they are.
 * By store_fill(), as on MongoDB it is no transaction but steps, each of which may be the last. */
struct pruned {
    uint64_t count; /* events, now */
    bool more;
    uint64_t first_seq, first_count; /* of the room, from here on */
    int64_t first_at;
};
int store_prune(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                struct pruned *out);
/* Forgets at most `limit` stubs that are no newer than `through`, but not that of the room's last event. By store_fill(). */
int store_prune_stubs(struct store_conn *conn, room_id room, int64_t through, size_t limit,
                      bool *more);

/* What a message said before its edits, oldest first, behind the edit `after`; only what is to be
 * kept past `now`. The engine forgets the rest by itself within a minute. */
int store_versions(struct store_conn *conn, room_id room, uint64_t message, uint64_t after,
                   int64_t now, size_t limit, struct arena *arena, struct version_list *out);

/* What this person wrote in the room since then, ms, and was not deleted, in (after, through]: seqs, newest
 * first. All events of that stretch are looked at, so how long it is bounds what it costs. */
int store_messages_of(struct store_conn *conn, room_id room, user_id sender, int64_t since,
                      uint64_t after, uint64_t through, size_t limit, struct arena *arena,
                      uint64_t **out, size_t *count);
/* For verdicts, of many at once. */
struct marks_question {
    uint64_t message;
    struct str emoji; /* empty: only pins, else only reactions */
    user_id user;
    struct message_marks marks; /* the answer */
};
int store_marks(struct store_conn *conn, room_id room, struct marks_question *questions,
                size_t count);
/* The emoji on a message, in the order in which they came. */
int store_reactions(struct store_conn *conn, room_id room, uint64_t message, user_id self,
                    struct arena *arena, struct reaction_list *out);
/* Who put this emoji there, by user id, behind `after`. */
int store_reaction_users(struct store_conn *conn, room_id room, uint64_t message, struct str emoji,
                         user_id after, size_t limit, struct arena *arena, user_id **out,
                         size_t *count);
/* How polls stand, and what somebody chose, who is `voter` where one is anonymous, else `self`. */
struct poll_question {
    uint64_t message;
    user_id self, voter;
    struct poll_state state; /* the answer; no options: it is none, or deleted */
};
int store_polls(struct store_conn *conn, room_id room, struct poll_question *questions,
                size_t count);
/* Who chose this option, by user id, behind `after`. */
int store_voters(struct store_conn *conn, room_id room, uint64_t message, unsigned option,
                 user_id after, size_t limit, struct arena *arena, user_id **out, size_t *count);
/* Messages pinned in a room, the last pinned first. */
int store_pins(struct store_conn *conn, room_id room, struct event_list *out);

/* ---- what belongs to a person ---------------------------------------------------------------- */
/* Moves a read marker forward (a smaller one changes nothing) and enters it in the person's feed
 * under "room.read:<room>" with value {"read_seq":N,"read_count":N}. */
int store_read_marker_put(struct store_conn *conn, room_id room, user_id user, uint64_t read_seq,
                          uint64_t read_count);
/* How far a device of a member has what was sent: moves forward, a smaller one changes nothing. */
int store_delivered_put(struct store_conn *conn, room_id room, user_id user, uint64_t seq);
/* Puts an entry; "null" takes it away, leaving word of it. *rev is what it has then: as before if the
 * value is what it was. -ENOENT: there is nothing to take away. -ESTALE: the value would be another one,
 * and what stands is not of rev `only_at` (0: nothing stands; FEED_ANY_REV: whatever does). -EDQUOT: the
 * person has `most` entries that begin with `family` (0: any number), and it would be one more. -EBUSY:
 * it is held. `due`: when its time comes, ms; 0: never; of what is gone already it stays. */
int store_feed_put(struct store_conn *conn, user_id user, struct str key, struct str value,
                   uint64_t only_at, struct str family, size_t most, int64_t due, uint64_t *rev);
/* At most `limit` entries whose time has come, of whomever, those due first first. */
int store_feed_due(struct store_conn *conn, int64_t now, size_t limit, struct arena *arena,
                   struct feed_due_list *out);
/* Has its time come again at `again`, ms, whoever else reads the entry: its rev stays. `held`: nobody puts
 * it until it is let go by this function. -ESTALE: it is not what `due` says any more. */
int store_feed_hold(struct store_conn *conn, const struct feed_due *due, int64_t again, bool held);
/* Forgets an entry that was taken away, and all word of it; the newest of the person's stays, so that no
 * rev is given twice. -ESTALE as above. */
int store_feed_forget(struct store_conn *conn, const struct feed_due *due);
int store_feed_get(struct store_conn *conn, user_id user, struct str key, struct arena *arena,
                   struct feed_entry *out); /* -ENOENT; so for what was taken away */
/* Of many people under one key: of who has none, the key is empty. */
int store_feeds_get(struct store_conn *conn, const user_id *users, size_t count, struct str key,
                    struct arena *arena, struct feed_entry *out);
/* Puts entries of many people under one key, each named once, whatever stands. Whose entry is_new, as
 * store_feeds_get() said in the same job, gets none where `most` begin with `family`: rev is 0 then. */
struct feed_put {
    user_id user;
    struct str value;
    bool is_new;
    uint64_t rev; /* out */
};
int store_feeds_put(struct store_conn *conn, struct str key, struct str family, size_t most,
                    struct feed_put *puts, size_t count);
/* Entries whose keys begin with `prefix`, by key, behind `after`; none that was taken away. */
int store_feed_list(struct store_conn *conn, user_id user, struct str prefix, struct str after,
                    size_t limit, struct arena *arena, struct feed_entry_list *out);
/* Entries with a rev above `rev`, ascending; *last is the person's highest rev (0: none). */
int store_feed(struct store_conn *conn, user_id user, uint64_t rev, size_t limit,
               struct arena *arena, struct feed_entry_list *out, uint64_t *last);

/* ---- emoji of this server ------------------------------------------------------------------------ */
/* All of them, by name; at most `limit` (0: all). */
int store_emoji(struct store_conn *conn, size_t limit, struct arena *arena,
                struct custom_emoji_list *out);
/* 1: one has this name, or had it; 0: none. */
int store_emoji_known(struct store_conn *conn, struct str name);
/* A new one, or another name of the one with this id. -EEXIST: another one has the name. */
int store_emoji_put(struct store_conn *conn, const struct custom_emoji *emoji);
/* And its image, unless another one shows that too. -ENOENT. */
int store_emoji_delete(struct store_conn *conn, const struct custom_emoji *emoji);
/* What bytes are called by what they are: putting them again changes nothing. */
int store_emoji_image_put(struct store_conn *conn, struct str digest, enum image_type type,
                          struct str bytes);
int store_emoji_image(struct store_conn *conn, struct str digest, struct arena *arena,
                      enum image_type *type, struct str *bytes); /* -ENOENT */

/* ---- all of it, for moving to another engine --------------------------------------------------- */
/* At most `limit` rows of a kind and about max_bytes (but one always), by the engine's own key, behind
 * `after` (empty: from the start). -ENOTSUP: out->unknown is in no kind. */
int store_rows_read(struct store_conn *conn, const struct kind *kind, struct str after,
                    size_t limit, size_t max_bytes, struct arena *arena, struct kind_rows *out);
/* Puts rows, with all that the engine finds them by, by store_fill() alone. One that is there already stays,
 * or (-EEXIST) is in the way. */
int store_rows_write(struct store_conn *conn, const struct kind *kind,
                     const struct kind_rows *rows);
/* About how many there are. */
int store_rows_count(struct store_conn *conn, const struct kind *kind, uint64_t *out);
/* Does what crashes left undone in the next `limit` rooms, by id, behind `after`, before rows are read.
 * *last: where to go on; 0: that was all. Not in a write. */
int store_settle(struct store_conn *conn, room_id after, size_t limit, room_id *last);
