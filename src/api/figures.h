/* figures.h - what the server knows of itself, for whoever watches it.
 * Thread: any worker's. Private to api. */
#pragma once

#include "api/api.h"
#include "core/buf.h"

/* As the text format of Prometheus has it. */
void figures_print(const struct api_shared *shared, struct buf *out);
