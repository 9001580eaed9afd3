/* request.h - one REST request, from its route to its answer.
 * Owns:   it lives in its exchange's arena, until one of request_answer*() is called.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/params.h"
#include "api/rates.h"
#include "auth/accounts.h"
#include "chat/chat.h"
#include "net/http.h"
#include "proto/encode.h"
#include "proto/fields.h"

struct api;

enum { REQUEST_PATH_PARAMS = 3, REQUEST_HEADERS = 10 };

struct request {
    struct api *api;
    struct http_exchange *exchange;
    const struct http_request *http;
    struct arena *arena;
    struct identity self;                 /* user 0: nobody is signed in */
    struct str path[REQUEST_PATH_PARAMS]; /* what stands where the route has {} */
    struct params params;
    struct fields body;
    struct problem problem; /* sticky: of the parameters; the body's own is in it */
    struct http_header headers[REQUEST_HEADERS]; /* of the answer */
    size_t header_count;
    bool head;   /* HEAD: the net layer leaves the body away */
    bool unmet;  /* a precondition does not hold: 412, if nothing else is to be refused */
    bool cookie; /* the refresh token travels in a cookie */
    union {
        struct act act;
        struct query query;
        struct auth_call call;
    };
    void (*done)(struct request *request); /* what comes after what was posted */
    enum { REQUEST_PLAIN, REQUEST_ACT, REQUEST_QUERY, REQUEST_CALL } holds;
};

/* Adds a header to the answer; texts must live as long as the request. */
void request_header(struct request *request, struct str name, struct str value);

/* Where what was made is found: below "/api/v1" (RFC 9110, 15.3.2). */
void request_location(struct request *request, struct str path);
struct str request_id_text(const struct request *request, uint64_t id);

/* Exactly one of these, once. */
void request_answer(struct request *request, int status, struct str type, struct str body);
void request_answer_json(struct request *request, int status, struct buf *body); /* frees body */
void request_answer_empty(struct request *request);                              /* 204 */
void request_answer_problem(struct request *request, const struct problem *problem);
void request_answer_err(struct request *request, enum err err);

/* Takes `count` tokens of `who`; true: there were none, and the request was answered with the wait. */
bool request_is_too_fast(struct request *request, enum rate_kind kind, uint64_t who,
                         uint64_t count);
/* The same of people brought into rooms, unless the body is wrong, which is told first. */
bool request_joins_too_fast(struct request *request, size_t people);
/* Sends it away if the fields were right; otherwise answers what was wrong. `done` comes back with
 * the request when it went well; problems are answered before. */
void request_post_act(struct request *request, void (*done)(struct request *request));
void request_post_query(struct request *request,
                        void (*post)(struct chat *chat, struct query *query),
                        void (*done)(struct request *request));
void request_post_call(struct request *request,
                       void (*post)(struct auth *auth, struct auth_call *call),
                       void (*done)(struct request *request));

void request_page(struct request *request); /* limit and cursor of a list, into the query */

/* Path parameters as ids; 0 if they do not look like one (they then name nothing). */
room_id request_room(const struct request *request); /* the first */
user_id request_user(const struct request *request, size_t which);
uint64_t request_seq(const struct request *request, size_t which); /* 0: no number */
/* "a,b,c" into query.ids, at most limits.user_ids; what is no id names nobody. */
void request_read_ids(struct request *request, struct str ids);
struct str request_nonce(struct request *request); /* the body's, or one that we make */
