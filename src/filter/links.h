/* links.h - which addresses a text links to, and by which names it calls hosts.
 *
 * A link is what has a scheme and "://", and www.…, of which some make one that can be pressed. A mail address is
 * none, but names a host. Where a text can be read in more than one way each of them counts. Hosts are compared as a browser would go to them: percent signs decoded, in one case, names
 * of other scripts as their ASCII form (UTS #46), without the name of a user and the port.
 * Thread: any. */
#pragma once

#include "core/arena.h"

enum { HOST_MAX = 253 }; /* bytes of a name (RFC 1035, 2.3.4) */

/* The hosts that links of the text lead to, each as a browser names it, cut behind HOST_MAX, as
 * no longer one can be gone to; empty where it could not be read. */
struct hosts {
    struct str *items;
    size_t count;
};
void links_hosts(struct str text, struct arena *arena, struct hosts *out);
/* All names of hosts, those of links among them: also "example.org" where nothing makes it a link. */
void links_names(struct str text, struct arena *arena, struct hosts *out);
bool links_any(struct str text);

/* One host, as somebody wrote it down: with a scheme, a path or "*." before it or not. False: it is none. */
bool links_host(struct str written, struct arena *arena, struct str *out);
