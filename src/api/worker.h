/* worker.h - what the files of api share: one worker's state. Private to api. */
#pragma once

#include "api/api.h"
#include "api/emoji_images.h"
#include "api/fanout.h"

struct api_figures { /* read by other threads for /metrics */
    _Atomic uint64_t commands, refused, signed_in;
};

struct api {
    struct api_shared *shared;
    const struct limits *limits;
    struct buf limits_told; /* to everybody who connects */
    unsigned worker;
    struct loop *loop;
    struct inbox *inbox;
    struct http_server *http;
    struct fanout *fanout;
    struct schedule *schedule; /* of the first worker; else NULL */
    size_t under_way;          /* requests and commands that wait for an answer */
    bool stopping;
    struct loop_timer memory_look; /* runs where memory is limited */
    struct resync *resync;         /* under way; or NULL */
    uint64_t resynced;             /* seconds since the last one began */
    uint64_t resync_debt;          /* seconds of pause that those cost which hurried */
    bool resync_owed;              /* something was lost, and it has to wait for its turn */
    struct farewell {
        user_id *users; /* whose connections end, one after the other */
        size_t count, at;
        size_t steps;
        struct loop_timer timer;
    } farewell;
    struct loop_timer resync_look; /* runs where there are other servers */
    struct list pauses;            /* ws_pause.h */
    struct emoji_images emoji_images;
    struct api_figures figures;
};

/* For something new; false, and counted: there is none, whoever asks has to come again. */
bool api_has_memory(const struct api *api);

/* Sockets of one person on all workers: counted in a table that all share, by hash; two people in
 * one slot would have to hold as many sockets as one may to be in each other's way. */
enum { API_SOCKET_SLOTS = 1 << 18 };
static inline atomic_uint *api_sockets_of(struct api *api, user_id user)
{
    return &api->shared->sockets[map_hash(user.v) % API_SOCKET_SLOTS];
}
