/* permission.h - what the roles in a room may do: one table, schema/permissions.json, of which a
 * room may set some lines anew.
 *
 * What a room set is packed into one number, three bits a permission, 0 where it set nothing: so
 * the table may have new lines and new defaults, and old rooms follow.
 * Thread: any; all of it is constant. */
#pragma once

#include "gen/permissions.inc"
#include "model/room.h"

enum permission { /* stored by their place: only ever added to, behind the last */
#define X(name, text, role, least, direct, doc) PERMISSION_##name,
                  PERMISSION_LIST(X)
#undef X
                      PERMISSION_COUNT
};
enum { PERMISSION_MOST = 21 }; /* of which 63 bits have room */

/* "write": stable, for machines. */
struct str permission_name(enum permission permission);

/* The lowest role that may. `set`: what the room has set, as in struct room. */
enum role permission_role(uint64_t set, enum permission permission);
/* The role that the room has set for it; ROLE_NONE: none, its default holds. */
enum role permission_set(uint64_t set, enum permission permission);
/* False: it cannot be given to so low a role. */
bool permission_can_be(enum permission permission, enum role role);
uint64_t permission_put(uint64_t set, enum permission permission, enum role role);
/* `change` over `set`. */
uint64_t permission_merge(uint64_t set, uint64_t change);

/* May somebody of this role do it in this room? */
bool room_permits(const struct room *room, enum role role, enum permission permission);

/* ---- roles ----------------------------------------------------------------------------------- */
/* "owner". */
struct str role_name(enum role role);
/* ROLE_NONE: there is no such role. */
enum role role_of(struct str name);
bool role_is_above(enum role role, enum role other);
