/* ids.h - ids have types, so that swapping a user for a room does not compile.
 * Inside they are 1 .. 2^63 - 1, drawn at random; outside eleven base62 digits. 0 is no id. */
#pragma once

#include "core/base62.h"

typedef struct {
    uint64_t v;
} user_id;
typedef struct {
    uint64_t v;
} room_id;
typedef struct {
    uint64_t v;
} session_id;

static inline bool user_id_eq(user_id a, user_id b)
{
    return a.v == b.v;
}

static inline bool room_id_eq(room_id a, room_id b)
{
    return a.v == b.v;
}
