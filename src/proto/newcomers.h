/* newcomers.h - what holds for newcomers, as it is set and told.
 * Thread: any. */
#pragma once

#include "model/newcomers.h"
#include "proto/fields.h"

/* "newcomers", an object, packed; null or seconds 0: 0, nothing holds. -1 if it is not there, or wrong. */
int64_t fields_newcomers(struct fields *fields, const struct limits *limits, bool of_server);

struct json_writer;
/* {"seconds": …, "slow_mode_s": …, "bars": […]}; null for nothing. */
void put_newcomers(struct json_writer *w, uint64_t packed);
