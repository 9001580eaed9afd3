/* resync.h - finds people who are in rooms that they are not subscribed to here, as it was lost that another
 * server let them in: their connections end with 1012, so that they come again and sync.
 *
 * One person after the other is read, so that a bus that comes back is no storm on the store. Who died before it
 * could say whom it let in tells nobody that something was lost: so all are read again from time to time
 * (limits.resync_s), slowly.
 * Thread: the worker's. Private to api. */
#pragma once

#include "api/worker.h"

/* Something was lost: all people of this worker, from now on; where they are being read already, once more. Where that
 * comes again and again, one time for all of ten seconds. */
void resync_begin(struct api *api);
/* Goes on, also where the store could not be asked; begins again when it is time, sooner while other servers
 * cannot be heard. Once a second. */
void resync_look(struct api *api);
void resync_free(struct api *api);
