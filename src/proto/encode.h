/* encode.h - model to JSON, appended to a buffer: the bodies of REST answers, the replies and the
 * events of a WebSocket. Field names are those of schema/.
 * Thread: any; nothing is kept. */
#pragma once

#include "core/arena.h"
#include "core/buf.h"
#include "core/limits.h"
#include "model/audit.h"
#include "model/custom_emoji.h"
#include "model/event.h"
#include "model/found.h"
#include "model/invite.h"
#include "model/presence.h"
#include "model/problem.h"
#include "model/reaction.h"
#include "model/report.h"
#include "model/room.h"
#include "model/session.h"
#include "model/suspension.h"
#include "model/sync.h"
#include "model/user.h"

/* ---- bodies of REST answers ------------------------------------------------------------------ */
void encode_problem(struct buf *out, const struct problem *problem); /* application/problem+json */
void encode_user(struct buf *out, const struct user *user, bool to_oneself);
void encode_users(struct buf *out, const struct user_list *users, struct str next);
struct tokens {
    struct str access, refresh; /* refresh empty: it travels in a cookie */
    uint64_t expires_in;        /* seconds */
};
void encode_sign_in(struct buf *out, const struct user *user, const struct tokens *tokens);
void encode_sessions(struct buf *out, const struct session_list *sessions, session_id current,
                     struct str next);
void encode_feed_entry(struct buf *out, const struct feed_entry *entry);
void encode_feed_entries(struct buf *out, const struct feed_entry_list *entries, struct str next);
void encode_own_presence(struct buf *out, const struct presence *presence);
void encode_presences(struct buf *out, const struct presence_list *presences, user_id self);
void encode_invite(struct buf *out, const struct invite *invite);

/* ---- for administrators of the server ---- */
struct people {
    struct user_list users;
    struct presence_list presences;     /* one for each, in their order */
    struct suspension_list suspensions; /* of some of them */
};
void encode_people(struct buf *out, const struct people *people, struct str next);
void encode_one_person(struct buf *out, const struct people *people, size_t sessions);
void encode_suspension(struct buf *out, const struct suspension *suspension);
void encode_service(struct buf *out, struct str signup, uint64_t newcomers,
                    const struct limits *limits);
struct server_settings {
    struct str signup, signup_default;
    bool signup_set;
    struct str filters; /* canonical (filter_read.h); empty: there are none */
    uint64_t newcomers; /* packed (model/newcomers.h) */
};
void encode_settings(struct buf *out, const struct server_settings *settings);
/* What was set, for the audit log: which words is not for it to say. */
struct str encode_settings_change(struct arena *arena, struct str signup, struct str filters,
                                  int64_t newcomers);
/* {"filters": ...} of a room; empty: there are none. */
void encode_filters(struct buf *out, struct str filters);
/* metrics: the text format of Prometheus, as /metrics has it. */
void encode_figures(struct buf *out, struct str metrics, struct str version, unsigned workers,
                    int64_t now);
void encode_ended(struct buf *out, size_t ended); /* {ended} */
struct groups {
    struct room_list rooms;
    const user_id *owners;  /* one for each, in their order; 0: nobody */
    struct user_list users; /* those, in any order */
};
void encode_groups(struct buf *out, const struct groups *groups, struct str next);
void encode_group(struct buf *out, const struct groups *groups);
/* What an administrator does to a group, or (nothing held or let go) to a message in it: the payload of its event. */
struct oversight {
    uint64_t hold, release; /* bits of enum room_hold */
    struct str reason;
};
struct str encode_oversight(struct arena *arena, const struct oversight *oversight);

/* members and users may be NULL: then without "members". users holds those of members, in any order. */
void encode_room(struct buf *out, const struct room_view *view, const struct member_list *members,
                 const struct user_list *users);
/* As it was when `own`, which made or renamed it, came: its sender is not in it any more. */
void encode_past_room(struct buf *out, const struct room *room, const struct event *own);
void encode_rooms(struct buf *out, const struct room_view_list *rooms, struct str next);
/* As a directory shows them. */
void encode_directory(struct buf *out, const struct room_list *rooms, struct str next);
void encode_member(struct buf *out, const struct member *member, const struct user *user);
/* user_id, read_seq and delivered_seq of each */
void encode_receipts(struct buf *out, const struct member_list *members, struct str next);
void encode_members(struct buf *out, const struct member_list *members,
                    const struct user_list *users, struct str next);
/* code: of the link at the same place. */
void encode_link(struct buf *out, const struct room_link *link, struct str code);
void encode_links(struct buf *out, const struct room_link_list *links, const struct str *codes);
/* users: those who are banned, in any order. */
void encode_bans(struct buf *out, const struct ban_list *bans, const struct user_list *users,
                 struct str next);
/* users: those who did it and to whom it was done, in any order. */
void encode_audit(struct buf *out, const struct audit_list *audit, const struct user_list *users,
                  struct str next);
/* What goes along with a report, in the arena. */
struct str encode_evidence(const struct report_evidence *evidence, struct arena *arena);
/* As who reported sees it. */
void encode_own_report(struct buf *out, const struct report *report);
/* As who decides sees it: by itself, after having decided; with who is named; of a queue. */
void encode_report(struct buf *out, const struct report *report);
void encode_report_named(struct buf *out, const struct report *report,
                         const struct user_list *users, const struct room_list *rooms);
struct report_page {
    const struct report_list *reports;
    const struct user_list *users;
    const struct room_list *rooms;
    size_t open;
    struct str next;
};
void encode_reports(struct buf *out, const struct report_page *page);
void encode_reply_own_report(struct buf *out, struct str reply_to, const struct report *report);
void encode_reply_report(struct buf *out, struct str reply_to, const struct report *report);
/* users: those who ask, in any order. */
void encode_requests(struct buf *out, const struct join_request_list *requests,
                     const struct user_list *users, struct str next);
/* again_ms: after a refusal one asks again. */
void encode_own_requests(struct buf *out, const struct join_request_list *requests,
                         int64_t again_ms, struct str next);
/* reactions: of this message, of each of these; NULL: none are told. */
void encode_message(struct buf *out, const struct event *event,
                    const struct reaction_list *reactions);
struct message_view {
    struct event_list messages;
    const struct reaction_list *reactions;
    bool has_older, has_newer;
};
void encode_messages(struct buf *out, const struct message_view *view);
void encode_pins(struct buf *out, const struct event_list *messages,
                 const struct reaction_list *reactions);
void encode_found(struct buf *out, const struct found_list *found, struct str next);
/* {deleted, has_more, next} */
void encode_deleted(struct buf *out, size_t deleted, uint64_t next);
void encode_reply_deleted(struct buf *out, struct str reply_to, size_t deleted, uint64_t next);
/* The payload of poll.voted; secret: it does not say what was chosen. */
struct str encode_vote(const struct vote *vote, bool secret, struct arena *arena);
void encode_done(struct buf *out, const struct event *event, bool duplicate);
void encode_versions(struct buf *out, const struct version_list *versions, bool has_more);
void encode_events(struct buf *out, const struct event_list *events, bool has_more);
void encode_read(struct buf *out, uint64_t read_seq, uint64_t unread); /* {read_seq, unread} */

/* ---- events, as every connection gets them ----------------------------------------------------- */
void encode_event(struct buf *out, const struct event *event);
/* "message.created"; 0: there are none such. */
struct str event_type_name(uint8_t type);
uint8_t event_type_of(struct str name);
void encode_typing(struct buf *out, room_id room, user_id user, uint64_t thread); /* 0: in none */
void encode_delivered_event(struct buf *out, room_id room, user_id user, uint64_t seq);
void encode_read_event(struct buf *out, room_id room, user_id user, uint64_t read_seq,
                       uint64_t read_count);
/* What somebody chose in an anonymous poll, for themselves; voted_seq: the event that it was. */
void encode_own_vote(struct buf *out, room_id room, uint64_t poll, uint64_t voted_seq,
                     uint64_t choices);
void encode_feed_changed(struct buf *out, const struct feed_entry *entry);
void encode_emoji_changed(struct buf *out, uint64_t version);
void encode_user_updated(struct buf *out, const struct user *user, bool to_oneself);
void encode_presence_changed(struct buf *out, const struct presence *presence, bool own);
/* What a client should know before it sends: the same as long as the server runs. */
void encode_limits(struct buf *out, const struct limits *limits);
/* `now`: the server's wall clock, by which clients set theirs; `limits` by encode_limits(). */
void encode_connected(struct buf *out, const struct user *user, session_id session, int64_t now,
                      struct str limits);

/* ---- emoji of the server ------------------------------------------------------------------------ */
void encode_emoji(struct buf *out, const struct custom_emoji *emoji);
void encode_emoji_list(struct buf *out, const struct custom_emoji_list *list, uint64_t version);
/* What the audit log says of one, in the arena; new_name empty: it has no other. */
struct str encode_emoji_details(struct arena *arena, struct str name, struct str new_name);

/* ---- replies on a socket; reply_to is JSON as fields_reply_to() gave it ------------------------- */
void encode_reply_ok(struct buf *out, struct str reply_to);
void encode_reply_time(struct buf *out, struct str reply_to, int64_t now); /* {time} */
void encode_reply_problem(struct buf *out, struct str reply_to, const struct problem *problem);
void encode_reply_sent(struct buf *out, struct str reply_to, const struct event *event,
                       bool duplicate);
/* Of an event that is no message: {seq, created_at, duplicate}. */
void encode_reply_done(struct buf *out, struct str reply_to, const struct event *event,
                       bool duplicate);
void encode_reply_feed(struct buf *out, struct str reply_to, uint64_t rev); /* {rev} */
void encode_reply_own_presence(struct buf *out, struct str reply_to,
                               const struct presence *presence);
void encode_reply_presences(struct buf *out, struct str reply_to,
                            const struct presence_list *presences, user_id self);
void encode_reply_link(struct buf *out, struct str reply_to, const struct room_link *link,
                       struct str code);
void encode_reply_links(struct buf *out, struct str reply_to, const struct room_link_list *links,
                        const struct str *codes);
/* room, and what event made */
void encode_reply_joined(struct buf *out, struct str reply_to, const struct event *event,
                         bool duplicate);
void encode_reply_read(struct buf *out, struct str reply_to, uint64_t read_seq, uint64_t unread);
void encode_reply_messages(struct buf *out, struct str reply_to, const struct message_view *view);
/* unknown: names of rooms that were no ids at all, added to `left`. */
void encode_reply_sync(struct buf *out, struct str reply_to, const struct sync_answer *answer,
                       const struct str *unknown, size_t unknown_count);

/* What is set, as the payload of room.created and room.updated: an object. */
struct arena;
struct str encode_room_change(struct arena *arena, const struct room_change *change);
