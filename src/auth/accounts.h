/* accounts.h - who somebody is: signing up and in, tokens, sessions, the end of an account.
 *
 * Every act is a call: the caller fills one in, keeps it, and gets `done` on the thread that owns
 * `home`, never before the act returned. Passwords are hashed by a pool of their own
 * (password_pool.h), the rest is done on store threads; no loop ever waits.
 * Owns:   a call is the caller's; from the act until done it must stay, and its arena be left alone
 *         (store threads use it). Inputs are borrowed from that arena, outputs are put there.
 *         `password` and `new_password` are overwritten where they are before done is called, so
 *         they must be writable memory; other copies (a body that was received) are the caller's
 *         to wipe.
 * Fails:  call->problem: what the API may say, with field and retry_after_s where they apply.
 * Thread: any worker. */
#pragma once

#include "core/address.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/config.h"
#include "core/limits.h"
#include "model/invite.h"
#include "model/problem.h"
#include "model/session.h"
#include "model/suspension.h"
#include "model/user.h"

struct auth;
struct bus;
struct store;

enum { AUTH_WHY_SIZE = 256 };

struct filter_current;

struct auth_options {
    struct store *store;
    struct bus *bus;
    const struct limits *limits;
    struct filter_current *filter; /* NULL: compiled for each name */
    const char *data_dir;          /* keys live here, mode 0600 */
    bool shares_keys;              /* those of the database count: other servers have the same */
    bool has_peers;                /* there are others that hear of us by the bus */
    enum signup_policy signup;
};

/* Makes the keys at first start. 0, or -errno with a sentence in `why` (AUTH_WHY_SIZE bytes).
 * Blocks. What the options point to is borrowed for as long as it lives. */
int auth_new(struct auth **out, const struct auth_options *options, char *why);
/* After the workers' loops ended and the store was closed (its threads run our jobs to the end),
 * before the inboxes are gone. Waits for the hash under way, wipes the keys; calls that still wait
 * get no answer. NULL is fine. */
void auth_free(struct auth *auth);
OWN_DEFINE(auth_free, struct auth *)

/* For the sessions that another server ended and the bus did not tell of, and for keys that are to be followed
 * by others; once a second or so, always from the same thread, that of `home`. */
struct inbox;
void auth_sweep(struct auth *auth, struct inbox *home);

/* Who is asking, proved by an access token. */
struct identity {
    user_id user;
    session_id session;
    int64_t expires_at; /* ms */
};

/* Checks signature, times and that its session was not ended since it was issued. Does not block;
 * takes about 50 microseconds the first time, one while the token is known (known_tokens.h). ERR_OK, ERR_AUTH_INVALID_TOKEN or ERR_AUTH_SESSION_ENDED.
 * The set of ended sessions is auth's own, and told before PUBLISH_SESSION_ENDED is published: who
 * gets that only has to close sockets. */
enum err auth_check_token(struct auth *auth, struct str token, struct identity *out);

/* The code of a room's link, in the arena; and what a code that we made is for, else false. */
struct str auth_link_code(const struct auth *auth, room_id room, uint64_t seq, struct arena *arena);
bool auth_link_read(const struct auth *auth, struct str code, room_id *room, uint64_t *seq);
/* The public halves of the keys that sign, or that signed what is good still, as JWKS (RFC 7517). */
void auth_jwks(const struct auth *auth, struct buf *out);

/* Who may sign up: what holds, what the program was started with, and whether an administrator said otherwise. */
struct signup_state {
    enum signup_policy policy, by_default; /* never SIGNUP_AUTO */
    bool is_set;
};
/* "open", "invite", "closed"; "default" of SIGNUP_AUTO. */
struct str signup_policy_name(enum signup_policy policy);
bool signup_policy_of(struct str name, enum signup_policy *out);

struct auth_call {
    /* what every act needs */
    struct inbox *home;
    void (*done)(struct auth_call *call);
    struct arena *arena;
    struct ip_address peer;
    bool trusted; /* of --trust: no throttle */
    bool unmet;   /* a precondition does not hold: what would be written is not, and if nothing else
                   * refuses it, that is the problem (RFC 9110, 13.2.1) */
    struct str user_agent;
    struct identity self; /* the acts of somebody who is signed in */

    /* in, by act; ptr NULL: absent */
    struct str username, login, password, new_password, email, display_name, locale, invite_code;
    struct str about, pronouns, time_zone; /* len 0: there is to be none */
    struct str refresh_token;
    session_id session;                      /* to end */
    session_id after;                        /* listing */
    size_t limit;                            /* listing */
    uint64_t invite_uses, invite_lifetime_s; /* problems name them uses and expires_in */
    user_id subject;                         /* to whom an administrator does it */
    uint64_t seconds;                        /* of a suspension; 0: for good */
    struct str reason, payload;              /* of it; and both as the audit log has them */
    bool admin;                              /* to be one */
    bool sets_signup;
    enum signup_policy signup_wanted; /* SIGNUP_AUTO: as the program was started */
    struct str filters_wanted;        /* canonical (proto/filter_read.h); ptr NULL: stays */
    int64_t newcomers_wanted;         /* packed (model/newcomers.h); -1: stays */

    /* out */
    struct problem problem; /* err ERR_OK: it was done */
    struct user user;
    struct str access_token, new_refresh_token;
    uint64_t expires_in; /* seconds */
    struct session_list sessions;
    struct invite invite;
    struct suspension suspension;
    size_t ended; /* sessions */
    struct signup_state signup;
    struct str filters; /* as above; empty: there are none */
    uint64_t newcomers; /* packed */

    struct auth_work *work; /* private */
};

/* username, password, and optionally display_name, email, locale, invite_code -> user, tokens */
void auth_signup(struct auth *auth, struct auth_call *call);
/* login, password -> user, tokens */
void auth_signin(struct auth *auth, struct auth_call *call);
/* refresh_token -> user, tokens */
void auth_refresh(struct auth *auth, struct auth_call *call);
/* self: its session ends */
void auth_signout(struct auth *auth, struct auth_call *call);
/* self, password, new_password: all other sessions end */
void auth_change_password(struct auth *auth, struct auth_call *call);
/* self, after, limit -> sessions that live, by id */
void auth_list_sessions(struct auth *auth, struct auth_call *call);
/* self, session: one of theirs */
void auth_end_session(struct auth *auth, struct auth_call *call);
/* self (an admin), invite_uses, invite_lifetime_s -> invite, whose code is shown this once */
void auth_make_invite(struct auth *auth, struct auth_call *call);
/* self, password. Names and sessions are gone when done; leaving the rooms is chat's. */
void auth_delete_account(struct auth *auth, struct auth_call *call);
/* self, display_name, locale, about, pronouns, time_zone where ptr is not NULL -> user */
void auth_update_profile(struct auth *auth, struct auth_call *call);

/* -> signup; nobody need be signed in */
void auth_read_signup(struct auth *auth, struct auth_call *call);

/* ---- what administrators do: `self` is one, or the problem is ERR_AUTH_FORBIDDEN; written into the audit log ---- */

/* self, subject, seconds, reason, payload -> suspension. They sign in no more, and all their sessions end;
 * a second one takes the place of the first. */
void auth_suspend(struct auth *auth, struct auth_call *call);
/* self, subject */
void auth_unsuspend(struct auth *auth, struct auth_call *call);
/* self, subject, after, limit -> sessions, as auth_list_sessions() */
void auth_list_sessions_of(struct auth *auth, struct auth_call *call);
/* self, subject -> ended: all of theirs */
void auth_end_sessions_of(struct auth *auth, struct auth_call *call);
/* self, subject, admin -> user. Somebody stays one who is not suspended. */
void auth_set_admin(struct auth *auth, struct auth_call *call);
/* self -> signup, filters, newcomers */
void auth_read_settings(struct auth *auth, struct auth_call *call);
/* self, those of them that are wanted, payload -> the same, on all servers, from now on and after restarts. Homes
 * have to be told of filters and newcomers: chat_rules_changed(). */
void auth_set_settings(struct auth *auth, struct auth_call *call);
