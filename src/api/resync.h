/* resync.h - finds people who are in rooms that they are not subscribed to here, as it was lost that another
 * server let them in: their connections end with 1012, so that they come again and sync.
 *
 * One person after the other is read, so that a bus that comes back is no storm on the store.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/worker.h"

/* All people of this worker, anew; while it runs nothing more is begun. */
void resync_begin(struct api *api);
/* Goes on where the store could not be asked; begins again while other servers cannot be heard. Once a
 * second. */
void resync_look(struct api *api);
void resync_free(struct api *api);
