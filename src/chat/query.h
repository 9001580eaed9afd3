/* query.h - something that a person reads. Membership is checked in the same snapshot as what is
 * read, so nobody sees a line of a room that they are not in.
 * The person's own feed is written here too: it is nobody else's, so there is nothing to judge.
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

/* When a feed entry is written: judged together with it, so that of two who ask for the same only
 * one gets it. */
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
    uint64_t thread; /* messages: of this thread; 0: of the room itself */
    uint64_t after;  /* versions behind this edit */
    uint64_t option; /* of a poll, from 0 on */
    enum position position;
    size_t limit;
    struct str text;               /* what is searched; an emoji */
    bool in_room;                  /* find: only in room, which the person is in */
    user_id from;                  /* find: 0: from anybody; whose messages are deleted */
    int64_t before, after_time;    /* find: ms, exclusive and inclusive */
    bool has_link, best;           /* find */
    struct str cursor;             /* as `next` gave it; empty: from the start */
    struct str key, value, family; /* of a feed entry; value null takes it away */
    uint64_t only_at;     /* the rev that it must still have, 0: none stands, or FEED_ANY_REV */
    int64_t due;          /* when its time comes, ms; 0: never */
    struct feed_due held; /* an entry whose time has come */
    bool hold;
    bool follows; /* a thread of which they had said that they no longer do */
    enum feed_condition
        condition; /* a write of which it does not hold is ERR_PRECONDITION_FAILED */
    user_id *ids;  /* people asked for by id */
    size_t id_count;
    struct sync_query sync;
    struct audit_filter audit_filter;
    struct presence presence; /* to put */
    struct report report; /* to be made: id, kind, room, seq, user, category, text; to be decided:
                                 id, escalation or resolution and outcome */
    /* Makes the evidence of one, in the arena. */
    struct str (*evidence_of)(const struct report_evidence *evidence, struct arena *arena);
    struct str payload; /* what the audit log says of it beside, as JSON */
    struct report_filter report_filter;
    enum people_state people_state;
    enum groups_state groups_state;
    struct custom_emoji emoji; /* to be added: name, image, digest, bytes; then as it is */

    /* the answer */
    struct problem problem;
    struct message_page page;
    struct reaction_list *reactions; /* of each message of page, or of events */
    struct event_list events;
    uint64_t *seqs; /* of messages to be deleted */
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
    struct report reported; /* as it is then */
    struct report_list reports;
    size_t open_reports;    /* in the queue, counted no further than REPORTS_COUNTED */
    bool duplicate;         /* it had been done before */
    struct feed_told *told; /* whose feeds changed by it, and how */
    size_t told_count;
    struct room_list named; /* the rooms that reports are about */
    struct room_list directory;
    user_id *owners; /* of each of directory; 0: nobody's */
    struct thread_view_list threads;
    struct user_list users;
    struct presence_list presences;
    struct suspension_list suspensions; /* of users */
    size_t session_count;
    struct custom_emoji_list emojis;
    uint64_t version; /* of them: it grows with each change */
    enum image_type image_type;
    room_id *room_ids;
    size_t room_id_count;
    struct room_place *places; /* of these, where there are other servers */
    bool hides_receipts;
    struct sync_answer answer;
    struct str next;   /* empty: the end */
    uint64_t next_seq; /* where it goes on, exclusive; 0: the end */

    void (*then)(struct query *query); /* done, where there is more to do before it */

    struct chat *chat;
    struct store_job job;
};

/* An entry of somebody's feed that was put by what somebody else did. */
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
/* room, from, after_time, seq, limit -> deleted, next_seq: as many messages of `from`, the newest first, are deleted for
 * everyone as acts of oneself; for who has the permission `delete` in a group. Only those before seq, where it is not 0. */
void query_delete_all(struct chat *chat, struct query *query);
void query_pins(struct chat *chat, struct query *query); /* room -> events */
void query_reaction_users(struct chat *chat,
                          struct query *query); /* room, seq, text, cursor, limit -> users, next */
/* room, seq, option, cursor, limit -> users, next: who chose this option of a poll. */
void query_voters(struct chat *chat, struct query *query);
void query_versions(struct chat *chat,
                    struct query *query); /* room, seq, after, limit -> versions */
/* cursor, limit -> threads that the person follows, next */
void query_threads(struct chat *chat, struct query *query);
void query_rooms(struct chat *chat, struct query *query); /* cursor, limit -> rooms, next */
void query_room(struct chat *chat, struct query *query);  /* room, limit -> view, members, users */
/* room, seq -> view; or, to who did what is at seq and is no longer in the room, view.room with what
 * they could know then, and that event in events. */
void query_room_after(struct chat *chat, struct query *query);
void query_members(struct chat *chat,
                   struct query *query); /* room, text, cursor, limit -> members, users */
/* text, cursor, limit -> directory, next: public groups, by name */
void query_directory(struct chat *chat, struct query *query);
/* room -> links; for who may invite. */
void query_links(struct chat *chat, struct query *query);
/* room, cursor, limit -> requests, open ones, users, next; for who may invite. */
void query_requests(struct chat *chat, struct query *query);
/* cursor, limit -> requests, one's own, next */
void query_own_requests(struct chat *chat, struct query *query);
/* room, audit_filter, cursor, limit -> audit, users, next; for who has the permission `audit`. */
void query_audit(struct chat *chat, struct query *query);
/* The same of all rooms, for administrators of the server. */
void query_all_audit(struct chat *chat, struct query *query);
/* ---- reports: who decides is who has the permission `reports` in the room of the queue, or administers the server ---- */
/* report, evidence_of, payload -> reported, duplicate. Of one's own that are open about the same it is that one. */
void query_report(struct chat *chat, struct query *query);
/* report: id, resolution, outcome; payload -> reported, duplicate. Its evidence is gone then. */
void query_report_resolve(struct chat *chat, struct query *query);
/* report: id, escalation; payload -> reported, duplicate: to the administrators. */
void query_report_escalate(struct chat *chat, struct query *query);
/* report: id -> reported with evidence, users, named */
void query_report_get(struct chat *chat, struct query *query);
/* report_filter: queue, open; text: words, or empty; cursor, limit -> reports, users, named, open_reports, next. A
 * page may have fewer than asked for, or none. */
void query_reports(struct chat *chat, struct query *query);
/* ---- for administrators of the server ---- */
/* A problem unless the person is one; nothing else. */
void query_admin(struct chat *chat, struct query *query);
/* text, people_state, cursor, limit -> users, suspensions, presences, next; of a state a page may have
 * fewer than asked for, or none. */
void query_people(struct chat *chat, struct query *query);
/* from -> the same of one, session_count */
void query_person(struct chat *chat, struct query *query);
/* text: words, or the id of one; groups_state, cursor, limit -> directory, users: whose they are, next */
void query_groups(struct chat *chat, struct query *query);
/* room -> the same of one group */
void query_group(struct chat *chat, struct query *query);
/* room, text, cursor, limit -> members of one, users, next */
void query_group_members(struct chat *chat, struct query *query);
/* ---- emoji of the server: for everybody ---- */
/* seq: the version that one has, 0: none -> emojis, version; or duplicate, where it is that */
void query_emoji(struct chat *chat, struct query *query);
/* key: a digest -> image_type, value; nobody need be signed in */
void query_emoji_image(struct chat *chat, struct query *query);
/* ---- and for its administrators; payload; a condition that is FEED_NEVER does not hold ---- */
/* emoji, value: its bytes -> emoji, duplicate. ERR_EMOJI_NAME_TAKEN, ERR_EMOJI_TOO_MANY. */
void query_emoji_add(struct chat *chat, struct query *query);
/* key, text: its new name -> emoji, duplicate */
void query_emoji_rename(struct chat *chat, struct query *query);
void query_emoji_remove(struct chat *chat, struct query *query); /* key */
/* room, cursor, limit -> bans, users, next; for who may ban. */
void query_bans(struct chat *chat, struct query *query);
/* room -> value: its filters as they were set, empty: there are none; for who has the permission `filters`. */
void query_filters(struct chat *chat, struct query *query);
/* room, cursor, limit -> members who let the person see how far they have read */
void query_receipts(struct chat *chat, struct query *query);
void query_users(struct chat *chat, struct query *query);  /* ids -> users */
void query_search(struct chat *chat, struct query *query); /* text, cursor, limit -> users, next */
void query_sync(struct chat *chat, struct query *query);   /* sync -> answer */
/* Messages by their words: text, in_room, from, before, after_time, has_link, best, cursor, limit ->
 * found, next */
void query_find(struct chat *chat, struct query *query);
/* ids of all rooms, hides_receipts, and oneself in users: for a connection that begins. */
void query_subscriptions(struct chat *chat, struct query *query);
/* Where there are other servers: the person gets what is published in these rooms from now on. */
void query_follow(struct chat *chat, const struct query *query);
void query_feed_get(struct chat *chat, struct query *query); /* key -> entry */
void query_feed_list(struct chat *chat,
                     struct query *query); /* family, cursor, limit -> entries, next */
/* key, family, value -> entry; the person's other connections are told. */
void query_feed_put(struct chat *chat, struct query *query);
/* ---- what only the server asks, for entries whose time has come ---- */
/* limit -> dues: of whomever. */
void query_feed_due(struct chat *chat, struct query *query);
/* held, due, hold: its time comes again then; with `hold` nobody puts it until it is settled. ERR_FEED_CHANGED:
 * it is not what it was. ERR_AUTH_SUSPENDED, with `hold`: the person is suspended. */
void query_feed_hold(struct chat *chat, struct query *query);
/* held and what query_feed_put() reads: lets it go and puts it. */
void query_feed_settle(struct chat *chat, struct query *query);
/* held: forgets that it was there, later if it cannot be yet. */
void query_feed_forget(struct chat *chat, struct query *query);
/* ids -> presences, one for each, as the person may see them. */
void query_presences(struct chat *chat, struct query *query);
/* presence: choice, text, emoji, until -> presence as it is then; others are told. */
void query_presence_put(struct chat *chat, struct query *query);
void query_deinit(struct query *query);
