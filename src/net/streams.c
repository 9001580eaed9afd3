/* What the streams of one worker share (stream.h): who waits for a slow reader, how many handshakes
 * a turn may do, and the buffers. */
#include "net/stream.h"

enum { BLOCKED_LOOK_MS = 1000 }; /* how soon another worker's excess is noticed */

static struct stream *stream_of(struct list *link)
{
    return CONTAINER_OF(link, struct stream, link);
}

/* ---- the blocked ones ---- */

static uint64_t held_since(const struct stream *stream)
{
    const struct bytes *unsent = stream->tls ? tls_unsent(stream->tls) : NULL;
    uint64_t of_queue = out_queue_held_since(&stream->out);
    uint64_t of_tls =
        unsent ? atomic_load_explicit(&unsent->held_since, memory_order_relaxed) : UINT64_MAX;
    return of_queue < of_tls ? of_queue : of_tls;
}

/* Those that were told already (finishing) have until the next timer to read half a frame and the
 * goodbye. */
static void look_at_blocked(struct streams *streams, bool close_finishing)
{
    uint64_t horizon = budget_horizon(streams->budget, streams->limits->queue_total_bytes);
    if (!horizon)
        return;
    LIST_EACH (link, &streams->blocked) {
        struct stream *stream = stream_of(link);
        if (held_since(stream) >= horizon)
            continue;
        if (!stream->finishing)
            stream->protocol->on_too_slow(stream);
        else if (close_finishing)
            stream_close(stream);
    }
}

static void on_blocked_look(struct loop_deferred *deferred)
{
    struct streams *streams = CONTAINER_OF(deferred, struct streams, blocked_look);
    look_at_blocked(streams, false);
    if (!list_empty(&streams->blocked) && streams->blocked_timer.due_ms == 0)
        loop_timer_start(streams->loop, &streams->blocked_timer, BLOCKED_LOOK_MS);
}

static void on_blocked_timer(struct loop_timer *timer)
{
    struct streams *streams = CONTAINER_OF(timer, struct streams, blocked_timer);
    look_at_blocked(streams, true);
    if (!list_empty(&streams->blocked))
        loop_timer_start(streams->loop, timer, BLOCKED_LOOK_MS);
}

/* ---- TLS ---- */

void streams_set_tls(struct streams *streams, struct ssl_ctx_st *context)
{
    streams->tls.budget = streams->budget;
    streams->tls.figures = streams->figures;
    tls_worker_set(&streams->tls, context);
}

bool streams_may_shake_hands(struct streams *streams)
{
    if (streams->handshakes >= streams->limits->tls_handshake_batch)
        return false;
    streams->handshakes++;
    loop_defer(streams->loop, &streams->handshakes_end);
    return true;
}

static void on_handshakes_end(struct loop_deferred *deferred)
{
    CONTAINER_OF(deferred, struct streams, handshakes_end)->handshakes = 0;
}

/* ---- all of them ---- */

void streams_init(struct streams *streams)
{
    list_init(&streams->all);
    list_init(&streams->blocked);
    streams->blocked_timer = (struct loop_timer){.on_due = on_blocked_timer};
    streams->blocked_look = (struct loop_deferred){.run = on_blocked_look};
    streams->handshakes_end = (struct loop_deferred){.run = on_handshakes_end};
    streams->read_buffer = xmalloc(STREAM_READ_BYTES);
}

void streams_each(struct streams *streams, stream_visit *visit)
{
    LIST_EACH (link, &streams->all)
        visit(stream_of(link));
    LIST_EACH (link, &streams->blocked)
        visit(stream_of(link));
}

static void bury_now(struct stream *stream)
{
    stream_close(stream);
    loop_undefer(&stream->turn_end);
    list_remove(&stream->link);
    stream->protocol->on_gone(stream);
}

void streams_deinit(struct streams *streams)
{
    streams_each(streams, bury_now);
    loop_timer_stop(streams->loop, &streams->blocked_timer);
    loop_undefer(&streams->blocked_look);
    loop_undefer(&streams->handshakes_end);
    tls_worker_deinit(&streams->tls);
    xfree(streams->read_buffer);
}
