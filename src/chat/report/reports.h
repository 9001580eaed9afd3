/* reports.h - what making a report and deciding of it have in common: whoever has to know is told through
 * their feeds, in the transaction that does it. Private to chat; run on a store thread. */
#pragma once

#include "chat/query/query_internal.h"

enum { REPORTS_TOLD_MOST = 200 }; /* of those who decide; the others see it where they look */

/* To the store, as a write; whose feeds changed by it is told when it is durable. */
void report_post(struct chat *chat, struct query *query,
                 int (*run)(struct store_job *job, struct store_conn *conn));
/* The same where nobody asks for it, so that it is never refused; query->chat is set. */
void report_write(struct query *query, int (*run)(struct store_job *job, struct store_conn *conn));
/* What run begins with, as it may run again. */
void report_begin(struct query *query);
/* Who reported knows how it stands. */
int report_tell(struct query *query, struct store_conn *conn, const struct report *report);
/* Who decides in this queue knows how many are open. */
int report_count(struct query *query, struct store_conn *conn, room_id queue);
/* Somebody does not decide there, and knows of none. */
int report_forget(struct query *query, struct store_conn *conn, room_id queue, user_id user);
/* Those who decide in a room; `out` has room for REPORTS_TOLD_MOST. */
int report_staff(struct query *query, struct store_conn *conn, room_id room_of, user_id *out,
                 size_t *count);
/* 1: the person decides of what is in this queue; 0: not. */
int report_may_decide(const struct query *query, struct store_conn *conn, room_id queue);
/* Into the audit log of a room, or (0) of the server. */
int report_audit(struct query *query, struct store_conn *conn, const struct report *report,
                 uint8_t type, room_id room, int64_t at);
/* By what the report says of itself it is none of their own matters: they are not reported, and do not moderate what they
 * reported before they did. Whether they may decide in its queue is another question. */
bool report_is_for(const struct report *report, user_id self);
/* Reads report `id` into query->reported. 1: the person may decide of it; 0: nobody may know that it is there. */
int report_find(struct query *query, struct store_conn *conn, uint64_t id);
/* The person administers the server: 1 or 0. */
int report_is_admin(const struct query *query, struct store_conn *conn);
