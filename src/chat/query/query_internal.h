/* query_internal.h - what the files of queries share. Private to chat. */
#pragma once

#include "chat/query.h"
#include "model/permission.h"

/* To the store, if it admits; `done` when it is back. -ENOENT of run: there is no such room. */
void query_post(struct chat *chat, struct query *query,
                int (*run)(struct store_job *job, struct store_conn *conn));

#define QUERY_OF(job) CONTAINER_OF(job, struct query, job)

/* Cursors of lists are the last id that was given; of a page that is full, with one more behind it, it
 * becomes `next`. Not 0: a problem is set. */
int query_cursor(struct query *query, uint64_t *out) MUST_USE;
void query_next(struct query *query, uint64_t last);
/* Where what the person may read of the room begins. -ENOENT unless they are in it. */
int query_readable(const struct query *query, struct store_conn *conn, uint64_t *first);
/* store_room_view(), as the person may read it: of any room, of query->room, and of many. */
int query_view_of(const struct query *query, struct store_conn *conn, room_id room,
                  struct room_view *out);
int query_read_view(const struct query *query, struct store_conn *conn, struct room_view *out);
int query_views_readable(const struct query *query, struct store_conn *conn,
                         struct room_view_list *views);
/* Reads the view once more where it shows less than people here were told, and says whether it shows all of that now:
 * after a failover the log may be shown as it was a moment ago. */
int query_view_keeps_up(const struct query *query, struct store_conn *conn, struct room_view *view,
                        bool *out);
/* -ENOENT unless the person is in the room; a problem if they have not this permission in it. */
int query_require(struct query *query, struct store_conn *conn, enum permission permission);
/* A problem unless the person is an administrator of the server. */
int query_require_admin(struct query *query, struct store_conn *conn);
/* What a question after groups by their words asks for, from its text and cursor; false: a problem is set. */
bool query_listing(struct query *query, struct listing_words *words, struct listing_place *after)
    MUST_USE;
void query_listing_next(struct query *query, const struct listing_place *next);
/* text, cursor, limit -> members, users, next: whoever asks. */
int query_read_members(struct query *query, struct store_conn *conn);
/* Into query->events; a problem if it is no message. */
int query_read_message(struct query *query, struct store_conn *conn);
/* How a poll stands for who asks, in the query's arena; *out stays where there is none. */
int query_poll_state(struct query *query, struct store_conn *conn, uint64_t message,
                     const struct poll_state **out);
/* Of query_members(), for what else is asked of members. */
int query_run_members(struct store_job *job, struct store_conn *conn);
