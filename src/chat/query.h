/* query.h - something that a user reads. Membership is checked in the same snapshot as what is
 * read, so nobody sees a line of a room that they are not in.
 * The user's own feed is written here too: it is nobody else's, so there is nothing to judge.
 * Each function says what it takes and what it answers: the fields before the arrow are the caller's, those behind it
 * are the answer.
 * Owns:   the query is the caller's; texts of the answer are in its arena, events are freed by
 *         query_deinit().
 * Thread: from the thread of `origin`; `done` runs there. */
#pragma once

#include "core/inbox.h"
#include "model/found.h"
#include "model/presence.h"
#include "model/problem.h"
#include "model/sync.h"
#include "model/thread.h"
#include "store/store.h"

struct chat;

/* When a feed entry is written. The condition is judged in the transaction of the write, so of two users who ask for
 * the same only one gets it. */
enum feed_condition { FEED_ANYWAY, FEED_IF_THERE, FEED_IF_ABSENT, FEED_NEVER };

/* Whom an administrator looks for. */
enum people_state { PEOPLE_ALL, PEOPLE_SUSPENDED, PEOPLE_ADMINS };

struct query {
    /* the caller's */
    struct inbox *origin;
    void (*done)(struct query *query);
    struct arena *arena;
    user_id self;
    room_id room;
    uint64_t seq;
    uint64_t thread; /* the messages of this thread; 0: of the room itself */
    uint64_t after;  /* the versions behind this edit */
    uint64_t option; /* of a poll, counted from 0 */
    enum position position;
    size_t limit;
    struct str text;               /* what is searched; an emoji */
    bool in_room;                  /* find: only in `room`, which the user is in */
    user_id from;                  /* find: the sender, 0: anybody; delete: the sender */
    int64_t before, after_time;    /* find: ms, exclusive and inclusive */
    bool has_link, best;           /* find */
    struct str cursor;             /* as `next` gave it; empty: from the start */
    struct str key, value, family; /* of a feed entry; value null takes the entry away */
    /* The rev that the entry must still have; 0: there must be no entry; or FEED_ANY_REV. */
    uint64_t only_at;
    int64_t due;                   /* when the entry's time comes, ms; 0: never */
    struct feed_due held;          /* an entry whose time has come */
    bool hold;                     /* nobody else puts the entry until it is settled */
    bool follows;                  /* the user follows again a thread that they had left */
    enum feed_condition condition; /* where it does not hold, a write is ERR_PRECONDITION_FAILED */
    user_id *ids;                  /* the users asked for */
    size_t id_count;
    struct sync_query sync;
    struct audit_filter audit_filter;
    struct presence presence; /* to put */
    /* A report to be made: id, kind, room, seq, user, category, text; or to be decided: id, and escalation or
     * resolution and outcome. */
    struct report report;
    /* Makes the evidence of a report, in the arena. */
    struct str (*evidence_of)(const struct report_evidence *evidence, struct arena *arena);
    struct str payload; /* what the audit log says of the change besides, as JSON */
    struct report_filter report_filter;
    enum people_state people_state;
    enum groups_state groups_state;
    struct custom_emoji emoji; /* to be added: name, image, digest, bytes; out: as it is then */

    /* the answer */
    struct problem problem;
    struct message_page page;
    struct reaction_list *reactions; /* one list for each message of page, or of events */
    struct event_list events;
    uint64_t *seqs; /* of the messages to be deleted */
    size_t seq_count, deleted;
    struct found_list found;
    bool has_more;
    struct feed_entry entry;
    struct feed_entry_list entries;
    struct feed_due_list dues;
    struct version_list versions;
    struct room_view view;
    struct room_view_list rooms;
    struct member_list members;
    struct ban_list bans;
    struct room_link_list links;
    struct join_request_list requests;
    struct audit_list audit;
    struct report reported; /* the report as it is then */
    struct report_list reports;
    size_t open_reports;    /* in the queue, counted no further than REPORTS_COUNTED */
    bool duplicate;         /* the change had been made before */
    struct feed_told *told; /* the entries of feeds that the change put */
    size_t told_count;
    struct room_list named; /* the rooms that reports are about */
    struct room_list directory;
    user_id *owners; /* one for each room of directory; 0: it has none */
    struct thread_view_list threads;
    struct user_list users;
    struct presence_list presences;
    struct suspension_list suspensions; /* one for each of users */
    size_t session_count;
    struct custom_emoji_list emojis;
    uint64_t version; /* of the server's emoji: it grows with each change */
    enum image_type image_type;
    room_id *room_ids;
    size_t room_id_count;
    struct room_place *places; /* one for each of room_ids, where there are other servers */
    bool hides_receipts;
    struct sync_answer answer;
    struct str next;   /* the cursor of the next page; empty: this is the last */
    uint64_t next_seq; /* where the next page begins, exclusive; 0: this is the last */

    void (*then)(struct query *query); /* the caller's done, while chat has more to do before it */

    struct chat *chat;
    struct store_job job;
};

/* An entry that one user's change put into another user's feed. */
struct feed_told {
    user_id user;
    struct feed_entry entry;
};

enum { REPORTS_COUNTED = 100 };

void query_messages(struct chat *chat,
                    struct query *query); /* room, position, seq, limit -> page */
void query_events(struct chat *chat,
                  struct query *query); /* room, seq, limit -> events, has_more */
void query_message(struct chat *chat, struct query *query); /* room, seq -> events, one */
/* room, from, after_time, seq, limit -> deleted, next_seq. Deletes up to `limit` messages of the sender `from` for
 * everyone, the newest first, each by an act of the user; where seq is not 0, only those before seq. For a user who has
 * the permission `delete` in a group. */
void query_delete_all(struct chat *chat, struct query *query);
void query_pins(struct chat *chat, struct query *query); /* room -> events */
void query_reaction_users(struct chat *chat,
                          struct query *query); /* room, seq, text, cursor, limit -> users, next */
/* room, seq, option, cursor, limit -> users, next: the users who chose this option of a poll. */
void query_voters(struct chat *chat, struct query *query);
void query_versions(struct chat *chat,
                    struct query *query); /* room, seq, after, limit -> versions */
/* cursor, limit -> threads, next: those that the user follows */
void query_threads(struct chat *chat, struct query *query);
void query_rooms(struct chat *chat, struct query *query); /* cursor, limit -> rooms, next */
void query_room(struct chat *chat, struct query *query);  /* room, limit -> view, members, users */
/* room, seq -> view. To a user who is no longer in the room, but made the event at seq: view.room with what they could
 * know then, and that event in events. */
void query_room_after(struct chat *chat, struct query *query);
void query_members(struct chat *chat,
                   struct query *query); /* room, text, cursor, limit -> members, users */
/* text, cursor, limit -> directory, next: public groups, by name */
void query_directory(struct chat *chat, struct query *query);
/* room -> links; for a user who may invite. */
void query_links(struct chat *chat, struct query *query);
/* room, cursor, limit -> requests that are open, users, next; for a user who may invite. */
void query_requests(struct chat *chat, struct query *query);
/* cursor, limit -> requests, next: the user's own */
void query_own_requests(struct chat *chat, struct query *query);
/* room, audit_filter, cursor, limit -> audit, users, next; for a user who has the permission `audit`. */
void query_audit(struct chat *chat, struct query *query);
/* The same of all rooms, for administrators of the server. */
void query_all_audit(struct chat *chat, struct query *query);
/* ---- reports: the room's queue is decided by users who have the permission `reports` there, the server's queue by its
 * administrators ---- */
/* report, evidence_of, payload -> reported, duplicate. Where the user has an open report about the same, reported is that
 * one. */
void query_report(struct chat *chat, struct query *query);
/* report: id, resolution, outcome; payload -> reported, duplicate. The report's evidence is deleted. */
void query_report_resolve(struct chat *chat, struct query *query);
/* report: id, escalation; payload -> reported, duplicate. The report goes to the server's queue. */
void query_report_escalate(struct chat *chat, struct query *query);
/* report: id -> reported with evidence, users, named */
void query_report_get(struct chat *chat, struct query *query);
/* report_filter: queue, open; text: words, or empty; cursor, limit -> reports, users, named, open_reports, next. A
 * page may have fewer than asked for, or none. */
void query_reports(struct chat *chat, struct query *query);
/* ---- for administrators of the server ---- */
/* Answers a problem unless the user is an administrator; nothing else. */
void query_admin(struct chat *chat, struct query *query);
/* text, people_state, cursor, limit -> users, suspensions, presences, next. Of a people_state a page may have
 * fewer users than asked for, or none. */
void query_people(struct chat *chat, struct query *query);
/* from -> users, suspensions, presences of this one user; session_count */
void query_person(struct chat *chat, struct query *query);
/* text: words, or the id of a group; groups_state, cursor, limit -> directory, owners, users, next */
void query_groups(struct chat *chat, struct query *query);
/* room -> directory, owners, users of this one group */
void query_group(struct chat *chat, struct query *query);
/* room, text, cursor, limit -> members of a group, users, next */
void query_group_members(struct chat *chat, struct query *query);
/* ---- emoji of the server: for everybody ---- */
/* seq: the version that the client has, 0: none -> emojis, version; or duplicate, where that is the newest */
void query_emoji(struct chat *chat, struct query *query);
/* key: a digest -> image_type, value; nobody need be signed in */
void query_emoji_image(struct chat *chat, struct query *query);
/* ---- and for its administrators; with payload; the condition FEED_NEVER refuses the change ---- */
/* emoji, value: the image's bytes -> emoji, duplicate. ERR_EMOJI_NAME_TAKEN, ERR_EMOJI_TOO_MANY. */
void query_emoji_add(struct chat *chat, struct query *query);
/* key, text: the new name -> emoji, duplicate */
void query_emoji_rename(struct chat *chat, struct query *query);
void query_emoji_remove(struct chat *chat, struct query *query); /* key */
/* room, cursor, limit -> bans, users, next; for a user who may ban. */
void query_bans(struct chat *chat, struct query *query);
/* room -> value: the room's filters as they were set, empty: there are none; for a user who has the permission
 * `filters`. */
void query_filters(struct chat *chat, struct query *query);
/* room, cursor, limit -> members who let the user see how far they have read */
void query_receipts(struct chat *chat, struct query *query);
void query_users(struct chat *chat, struct query *query);  /* ids -> users */
void query_search(struct chat *chat, struct query *query); /* text, cursor, limit -> users, next */
void query_sync(struct chat *chat, struct query *query);   /* sync -> answer */
/* Finds messages by their words: text, in_room, from, before, after_time, has_link, best, cursor, limit ->
 * found, next */
void query_find(struct chat *chat, struct query *query);
/* -> room_ids of all rooms of the user, places, hides_receipts, and users: the user. For a connection that begins. */
void query_subscriptions(struct chat *chat, struct query *query);
/* Where there are other servers: from now on the user gets what is published in the rooms of `places`. */
void query_follow(struct chat *chat, const struct query *query);
void query_feed_get(struct chat *chat, struct query *query); /* key -> entry */
void query_feed_list(struct chat *chat,
                     struct query *query); /* family, cursor, limit -> entries, next */
/* key, family, value -> entry; the user's other connections are told. */
void query_feed_put(struct chat *chat, struct query *query);
/* ---- what only the server itself asks, for entries whose time has come ---- */
/* limit -> dues, of all users. */
void query_feed_due(struct chat *chat, struct query *query);
/* held, due, hold: the time of the entry `held` comes again at `due`; with `hold` nobody else puts the entry until it is
 * settled. ERR_FEED_CHANGED: the entry is not what it was. ERR_AUTH_SUSPENDED, with `hold`: the user is suspended. */
void query_feed_hold(struct chat *chat, struct query *query);
/* held, and the fields of query_feed_put(): lets the entry go and puts it. */
void query_feed_settle(struct chat *chat, struct query *query);
/* held: forgets the entry; later, if that cannot be yet. */
void query_feed_forget(struct chat *chat, struct query *query);
/* ids -> presences, one for each id, as the user may see them. */
void query_presences(struct chat *chat, struct query *query);
/* presence: choice, text, emoji, until -> presence, as it is then; others are told. */
void query_presence_put(struct chat *chat, struct query *query);
void query_deinit(struct query *query);
