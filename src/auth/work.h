/* work.h - inside auth: what an act needs while it goes from the caller's thread to the password
 * pool and the store and back, one step after another.
 *
 * Each step names the next. Between two steps everything belongs to the thread that the step runs
 * on; `then` and the end are always on the caller's thread. A step of the store that fails ends
 * the act, so `then` only sees what went well.
 * Owns:   a work lies in the arena of its call and goes with it. */
#pragma once

#include "auth/accounts.h"
#include "auth/accounts_keys.h"
#include "auth/jwt.h"
#include "auth/keys.h"
#include "auth/known_tokens.h"
#include "auth/password_pool.h"
#include "auth/refresh_token.h"
#include "auth/revoked.h"
#include "auth/throttle.h"
#include "bus/bus.h"
#include "store/store.h"

struct auth {
    struct auth_options options;
    struct keys *keys;
    struct signers *_Atomic signers;
    size_t ring_count;   /* of the keys that the database had when it was last looked at; */
    int64_t ring_newest; /* worker 0 alone */
    uint64_t looked_at_keys;
    bool turns_keys;
    struct known_tokens *known;
    struct password_pool *passwords;
    struct revoked *revoked;
    struct throttle *throttle;
    struct bus_listener listener; /* for other servers */
    struct throttle_peers peers;
    atomic_bool looks_for_ended;
    _Atomic int64_t saw_ended_at; /* ms: when the sessions that ended were last read */
};

/* Where there are other servers; after keys and throttle are there. */
void auth_meet_peers(struct auth *auth);
void auth_on_session_ended(struct bus_listener *listener, session_id session);

struct auth_work {
    struct auth *auth;
    struct auth_call *call;
    int64_t now; /* ms, when the act began: the time of all that it does */

    struct store_job job;
    struct password_job password;
    struct inbox_item refusal_item;
    bool writes; /* the job does */
    int (*run)(struct auth_work *work, struct store_conn *conn);
    void (*then)(struct auth_work *work);
    void (*proved)(struct auth_work *work); /* guess.h */
    struct problem refusal;                 /* of a run that said -ECANCELED */

    /* what the acts pass from step to step */
    struct credentials credentials;
    struct session session;    /* made, or refreshed */
    struct session_list ended; /* by this act: told to everybody once that is durable */
    struct str login_key;      /* folded: whom to look up */
    struct str guess_name;     /* what the throttle counts by; empty: it does not */
    struct str new_hash;       /* empty: the password stays as it is */
    struct refresh_token token;
};

struct auth_work *work_new(struct auth *auth, struct auth_call *call);

/* Ends the act before it began: done is called, but not before the act returned. */
void work_refuse(struct auth_work *work, struct problem problem);
void work_finish(struct auth_work *work, struct problem problem); /* calls done; work is gone */

/* `run` on a store thread: 0, negative errno, or work_cancel(). */
void work_read(struct auth_work *work, int (*run)(struct auth_work *work, struct store_conn *conn),
               void (*then)(struct auth_work *work));
void work_write(struct auth_work *work, int (*run)(struct auth_work *work, struct store_conn *conn),
                void (*then)(struct auth_work *work));
/* Inside run: nothing of it shall stand, and the act ends with this. */
int work_cancel(struct auth_work *work, enum err err);
int work_cancel_with(struct auth_work *work, struct problem problem);
/* Sessions whose token was used before this have ended by themselves (model/session.h). */
int64_t work_idle_since(const struct auth_work *work);

/* What to answer while too many passwords wait. */
struct problem work_busy(struct auth_work *work);
/* `then` finds the result in work->password.rc, which is 0 or, of VERIFY, -EACCES. */
void work_password(struct auth_work *work, enum password_act act, struct str password,
                   struct str hash, void (*then)(struct auth_work *work));

/* Inside run, for all that end sessions: remembers whom to tell. */
void work_ends(struct auth_work *work, const struct session_list *ended);
/* Back from the store: from here on their tokens are void everywhere, and their sockets close. */
void work_tell_ended(struct auth_work *work);
