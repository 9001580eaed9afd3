/* report_read.h - what somebody reports, and what is decided of it, read from a body or a command; and the same
 * for the audit log.
 * Owns:   texts point into what the fields do, payloads into their arena.
 * Thread: any. */
#pragma once

#include "model/report.h"
#include "proto/fields.h"

/* kind, room, seq, user, category and text, with an id that is drawn here. *payload: {report, category, room?}. */
struct report report_read(struct fields *fields, const struct limits *limits, struct str *payload);
/* outcome and resolution of report `id`. *payload: {report, outcome, reason?}. */
struct report report_read_outcome(struct fields *fields, const struct limits *limits, uint64_t id,
                                  struct str *payload);
/* The escalation of report `id`. *payload: {report, reason?}. */
struct report report_read_escalation(struct fields *fields, const struct limits *limits,
                                     uint64_t id, struct str *payload);
