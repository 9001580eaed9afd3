/* rules.h - what the rules of all acts share, and those that are in files of their own.
 * Computes only. Thread: the home's. Private to chat. */
#pragma once

#include "chat/judge/judge.h"
#include "model/permission.h"

/* ---- refusals -------------------------------------------------------------------------------- */
enum verdict refuse(struct act *act, enum err err);
enum verdict refuse_field(struct act *act, struct str field, struct str detail);
/* A 403 that says why. */
enum verdict refuse_because(struct act *act, struct str detail);

/* ---- who may: VERDICT_APPEND, or the refusal --------------------------------------------------- */
enum verdict require_member(const struct live_room *live, struct act *act);
/* Is in the room, and has this permission in it. */
enum verdict require_permission(const struct live_room *live, struct act *act,
                                enum permission permission);
/* The same of a group: the people and settings of a direct room are fixed. */
enum verdict require_in_group(const struct live_room *live, struct act *act,
                              enum permission permission);
/* ... and the room takes it now: it is neither archived nor locked, they are not muted, and of two in
 * a direct room none has blocked the other. */
enum verdict require_open(const struct live_room *live, struct act *act, const struct batch *batch,
                          enum permission permission);

/* ---- messages that are there ------------------------------------------------------------------- */
/* VERDICT_APPEND: it is a message that stands; else what to answer. */
enum verdict look_at_subject(const struct live_room *live, struct act *act,
                             const struct batch *batch);
/* The same, and self is a member. */
enum verdict look_at_message(const struct live_room *live, struct act *act,
                             const struct batch *batch);
/* `columns` is the edit or the deletion of act->subject. */
void change_message(struct batch *batch, struct act *act, const struct event *columns);
/* It is there already: the event that put it there is the answer. */
enum verdict answer_standing(struct act *act);

/* ---- what is said: judge_words.c --------------------------------------------------------------- */
/* VERDICT_APPEND: filters let the content through, perhaps with a report (act->reports), and newcomers may say it. */
/* VERDICT_LOOK: the room's filter is away. */
enum verdict look_at_words(struct live_room *live, struct act *act, const struct batch *batch);
/* The same of the name, the topic and the text of an act. What would be reported of a message goes through here. */
enum verdict look_at_labels(struct live_room *live, struct act *act);
/* VERDICT_LOOK: since when there is their account has to be read first, as they may be new on the server. */
enum verdict look_at_account(const struct live_room *live, struct act *act);
/* How far apart messages of a newcomer lie, ms; 0: as they like. */
int64_t newcomer_pace(const struct live_room *live, const struct act *act, int64_t now);
/* "You have not been here for long: <what>. You may from ... on." */
void newcomer_refuse(struct act *act, int64_t until, int64_t now, const char *what);

/* ---- polls ------------------------------------------------------------------------------------- */
/* VERDICT_APPEND: what is sent asks nothing, or is open for a time that there may be. */
enum verdict look_at_end(struct act *act, const struct batch *batch, const struct limits *limits);
enum verdict judge_vote(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits);
enum verdict judge_close_poll(struct live_room *live, struct act *act, struct batch *batch,
                              const struct limits *limits);

/* Nonces of events that we make ourselves begin with '~', which no client's may, and follow from
 * what caused them: made twice, they are the same. So does that of a room's beginning: the maker's
 * nonce is in the room's id, and stays free for what the maker does in the room. */
enum { OWN_NONCE_MAX = 48 };
struct str own_nonce(char out[OWN_NONCE_MAX], const char *why, uint64_t id);

/* ---- the rules of people and of the room itself ------------------------------------------------ */
struct projection member_joins(const struct event *joined);
/* Who comes into a room that is there: `joined` says who, as what and by which link. They ask no longer, where they did.
 * Returns the event. */
const struct event *let_in(const struct live_room *live, struct act *act, struct batch *batch,
                           struct event joined);
enum verdict judge_add(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits);
enum verdict judge_remove(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
enum verdict judge_role(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits);
enum verdict judge_mute(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits);
enum verdict judge_unmute(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
enum verdict judge_ban(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits);
enum verdict judge_unban(struct live_room *live, struct act *act, struct batch *batch,
                         const struct limits *limits);
enum verdict judge_make_link(struct live_room *live, struct act *act, struct batch *batch,
                             const struct limits *limits);
enum verdict judge_revoke_link(struct live_room *live, struct act *act, struct batch *batch,
                               const struct limits *limits);
enum verdict judge_join(struct live_room *live, struct act *act, struct batch *batch,
                        const struct limits *limits);
enum verdict judge_ask(struct live_room *live, struct act *act, struct batch *batch,
                       const struct limits *limits);
enum verdict judge_accept(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
enum verdict judge_close(struct live_room *live, struct act *act, struct batch *batch,
                         const struct limits *limits);
/* What this person asked of the room is open no longer, with the event at seq; refused_at 0: and forgotten. */
void request_closes(struct batch *batch, user_id user, uint64_t seq, int64_t refused_at);
/* VERDICT_APPEND: everybody may see that this room is there, and it takes people. */
enum verdict look_at_public(const struct live_room *live, struct act *act);
/* VERDICT_APPEND: there is a place for one more. */
enum verdict look_at_room(const struct live_room *live, struct act *act,
                          const struct limits *limits);
/* VERDICT_APPEND: the target may come in. VERDICT_LOOK: it takes to read what the room knows of them. */
enum verdict look_at_ban(const struct live_room *live, struct act *act, const struct batch *batch);
/* Whoever is removed, with an event of this nonce. */
void member_goes(const struct live_room *live, const struct act *act, struct batch *batch,
                 struct str payload, struct str nonce);
/* Who handed the room over (oneself) is an admin from here on. */
void former_owner(struct batch *batch, const struct act *act, struct str nonce);
/* The room of an owner who has left (the target) is the heir's. */
void room_passes(const struct live_room *live, const struct act *act, struct batch *batch,
                 struct str nonce);
/* The second event of an act whose first one is the last of the room. */
enum verdict judge_repair(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
/* The nonce of that event; empty: this one is never the first of two. */
struct str repair_nonce(char out[OWN_NONCE_MAX], const struct event *event);
/* VERDICT_APPEND: the target is in the room, and oneself is above them. */
enum verdict require_above(const struct live_room *live, struct act *act);
enum verdict judge_change(struct live_room *live, struct act *act, struct batch *batch,
                          const struct limits *limits);
/* ---- what administrators of the server do to a room: judge_oversee.c ----------------------------- */
enum verdict judge_oversee(struct live_room *live, struct act *act, struct batch *batch,
                           const struct limits *limits);
enum verdict judge_delete_reported(struct live_room *live, struct act *act, struct batch *batch,
                                   const struct limits *limits);
/* VERDICT_APPEND: nothing that is held is undone. */
enum verdict look_at_holds(const struct live_room *live, struct act *act);
