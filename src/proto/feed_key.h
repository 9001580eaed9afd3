/* feed_key.h - the keys of a person's feed that clients may write: FAMILY:NAME, where the family says
 * what the name is. Keys of the server's own (room.read) are none of them.
 * Thread: any. */
#pragma once

#include "core/str.h"

enum { FEED_KEY_MAX = 64 };

bool feed_key_is_valid(struct str key);
/* What clients may read and take away, but not put: it is told to them. */
bool feed_key_is_put_by_server(struct str key);
/* "draft:" of "draft:ROOM": what all keys of its family begin with; key must be valid. */
struct str feed_key_family(struct str key);
/* Is it such a beginning? */
bool feed_family_is_known(struct str family);
/* "settings, draft, ..." for those who got it wrong. */
extern const struct str feed_key_families;
