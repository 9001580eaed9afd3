#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "search/search_internal.h"

enum {
    /* The append path goes first. Not the lowest of all: somebody waits for a change now and then, and
     * where others fill the processor the lowest gets a thousandth of it. */
    NICE_LEVEL = 10,
    GATHER_BUSY = 6, /* times as long: the more at once, the more of them share pages */
    BUSY_EVENTS = 256,
    RETRY_MS = 1000,    /* after a failure */
    WIPE_IDLE_MS = 500, /* words that were removed leave the write-ahead log when nothing comes */
    WIPE_MS = 10000,    /* and if more and more does */
    SCAN_ROOMS = 500,   /* compared with the log at a time */
    READ_ROOMS = 256,   /* read at a time: somebody may wait for a change meanwhile */
    READ_EVENTS = 2048,
    READ_BYTES = 4 << 20,
    PRUNE_MESSAGES = 100, /* taken out in one transaction */
    PUT_MS = 250,         /* then it is committed: what is short is soon done or undone */
};

/* ---- into the index ------------------------------------------------------------------------------------ */

static int take_out(struct search *search, const struct event *message)
{
    if (search->forgot_at == 0)
        search->forgot_at = clock_monotonic_ms();
    atomic_fetch_add_explicit(&search->removed, 1, memory_order_relaxed);
    return index_remove(search->conn, message->room, message->seq);
}

/* As it stands now. */
static int put_message(struct search *search, const struct event *message)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct terms terms;
    if (!message_terms(message, &arena, &terms))
        return take_out(search, message);
    if (message->edit_seq && search->forgot_at == 0)
        search->forgot_at = clock_monotonic_ms();
    atomic_fetch_add_explicit(&search->messages, 1, memory_order_relaxed);
    return index_put(search->conn, message->room, message->seq, message->created_at, &terms);
}

static int put_event(struct search *search, const struct event *event)
{
    if (event_is_message(event))
        return put_message(search, event);
    if (event_changes_message(event) && event->message)
        return put_message(search, event->message);
    return 0;
}

/* A damaged file is made anew, and filled from the log. */
static void recover(struct search *search, int rc)
{
    atomic_fetch_add_explicit(&search->failures, 1, memory_order_relaxed);
    atomic_store(&search->works, false);
    if (rc != -EUCLEAN)
        return;
    index_close(TAKE(search->conn));
    readers_forget(search);
    index_delete(search->path);
    atomic_fetch_add_explicit(&search->rebuilds, 1, memory_order_relaxed);
    map_deinit(&search->behind);
    search->scans = true;
    search->scanned = 0;
}

static int begin(struct search *search)
{
    int rc = 0;
    if (!search->conn)
        rc = index_open(&search->conn, search->path, true, search->limits->search_cache_kib);
    return rc == 0 ? index_begin(search->conn) : rc;
}

/* Commits, or undoes it and says so. */
static int end(struct search *search, int rc)
{
    if (rc == 0)
        rc = index_commit(search->conn);
    if (search->conn)
        index_end(search->conn);
    if (rc == 0)
        atomic_store(&search->works, true);
    else
        recover(search, rc);
    return rc;
}

/* ---- what somebody waits for --------------------------------------------------------------------------- */

static void make_change(struct search *search, struct search_change *change)
{
    if (change->first) { /* nobody waits for it */
        change->next = NULL;
        *search->last_pruning = change;
        search->last_pruning = &change->next;
        return;
    }
    int rc = begin(search);
    for (size_t i = 0; rc == 0 && i < change->count; i++)
        if (event_changes_message(change->events[i]))
            rc = put_event(search, change->events[i]);
    change->rc = end(search, rc);
    inbox_post(change->home, &change->item);
}

static void take_urgent(struct search *search)
{
    struct inbox_item *item;
    while ((item = inbox_take(&search->urgent))) {
        if (item == &search->stop)
            search->stopping = true;
        else
            make_change(search, CONTAINER_OF(item, struct search_change, item));
    }
}

/* ---- what can wait -------------------------------------------------------------------------------------- */

struct notice {
    struct inbox_item item;
    room_id room;
};

static void drop_notice(struct inbox_item *item)
{
    xfree(CONTAINER_OF(item, struct notice, item));
}

void notice_post(struct search *search, room_id room)
{
    struct notice *notice = NEW(struct notice);
    notice->room = room;
    notice->item.run = drop_notice;
    atomic_fetch_add_explicit(&search->notices_waiting, 1, memory_order_relaxed);
    inbox_post(&search->notices, &notice->item);
}

static void is_behind(struct search *search, room_id room)
{
    map_put(&search->behind, room.v, search);
}

static void take_notices(struct search *search)
{
    struct inbox_item *item;
    while ((item = inbox_take(&search->notices))) {
        is_behind(search, CONTAINER_OF(item, struct notice, item)->room);
        atomic_store(&search->level, false);
        atomic_fetch_sub_explicit(&search->notices_waiting, 1, memory_order_relaxed);
        item->run(item);
    }
    if (atomic_exchange(&search->missed, false)) {
        search->scans = true;
        search->scanned = 0;
    }
}

/* ---- reading the store -------------------------------------------------------------------------------------- */

static void do_nothing(struct store_job *job)
{
    (void)job;
}

static int read_store(struct search *search, struct store_job *job)
{
    job->home = &search->reads;
    job->done = do_nothing;
    store_read(search->store, job);
    while (inbox_run(&search->reads, 1) == 0)
        inbox_wait(&search->reads, -1);
    return job->rc;
}

/* ---- comparing rooms with the log: at start, and after missed notices ---------------------------------------- */

struct scan {
    struct store_job job;
    struct arena arena;
    room_id after;
    struct room_end *ends;
    size_t count;
};

static int run_scan(struct store_job *job, struct store_conn *conn)
{
    struct scan *scan = CONTAINER_OF(job, struct scan, job);
    return store_room_ends(conn, scan->after, SCAN_ROOMS, &scan->arena, &scan->ends, &scan->count);
}

/* An index that knows more than the log is that of another one, such as before a backup was restored. */
static int compare_room(struct search *search, const struct room_end *end)
{
    uint64_t seq;
    int rc = index_progress(search->conn, end->room, &seq);
    if (rc == 0 && seq != end->last_seq)
        is_behind(search, end->room);
    if (rc == 0 && seq > end->last_seq)
        rc = index_forget_room(search->conn, end->room);
    return rc;
}

static int scan_rooms(struct search *search)
{
    struct scan scan = {.job.run = run_scan, .arena = ARENA_INIT, .after = {search->scanned}};
    int rc = read_store(search, &scan.job);
    if (rc == 0) {
        rc = begin(search);
        for (size_t i = 0; rc == 0 && i < scan.count; i++)
            rc = compare_room(search, &scan.ends[i]);
        rc = end(search, rc);
    }
    if (rc == 0) {
        search->scans = scan.count == SCAN_ROOMS;
        search->scanned = scan.count ? scan.ends[scan.count - 1].room.v : 0;
    }
    arena_deinit(&scan.arena);
    return rc;
}

/* ---- following ---------------------------------------------------------------------------------------------- */

struct room_reading {
    room_id room;
    uint64_t after;
    struct event_list events;
    bool has_more, read;
};

struct reading {
    struct store_job job;
    struct room_reading rooms[READ_ROOMS];
    size_t count;
};

static size_t bytes_of(const struct event_list *events)
{
    size_t bytes = 0;
    for (size_t i = 0; i < events->count; i++)
        bytes += events->items[i]->payload.len;
    return bytes;
}

static int run_reading(struct store_job *job, struct store_conn *conn)
{
    struct reading *reading = CONTAINER_OF(job, struct reading, job);
    size_t left = READ_EVENTS, bytes = READ_BYTES;
    int rc = 0;
    for (size_t i = 0; rc == 0 && left > 0 && bytes > 0 && i < reading->count; i++) {
        struct room_reading *room = &reading->rooms[i];
        rc = store_events(conn, room->room, room->after, left, bytes, &room->events,
                          &room->has_more);
        room->read = rc == 0;
        left -= room->events.count;
        size_t taken = bytes_of(&room->events);
        bytes -= taken < bytes ? taken : bytes;
    }
    return rc;
}

static int choose_rooms(struct search *search, struct reading *reading)
{
    int rc = 0;
    MAP_EACH (slot, &search->behind) {
        if (rc != 0 || reading->count == READ_ROOMS)
            break;
        struct room_reading *room = &reading->rooms[reading->count++];
        room->room = (room_id){slot->key};
        rc = index_progress(search->conn, room->room, &room->after);
    }
    return rc;
}

static bool is_paused(const struct search *search)
{
    return atomic_load(&search->paused);
}

static bool is_awaited(const struct search *search)
{
    return atomic_load(&search->changes_waiting) > 0 || is_paused(search);
}

/* What is left is read again: it was long enough, or somebody waits for a change or for the end. A
 * processor that others fill leaves this thread so little that a few events more are seconds. */
static bool is_enough(const struct search *search)
{
    return is_awaited(search) || clock_monotonic_ms() - search->began_at > PUT_MS;
}

/* At least one event, so that it goes on whoever waits; *whole: all of them. */
static int put_room(struct search *search, const struct room_reading *room, bool *whole)
{
    size_t count = room->events.count, done = 0;
    int rc = 0;
    while (rc == 0 && done < count && (done == 0 || !is_enough(search)))
        rc = put_event(search, room->events.items[done++]);
    *whole = done == count;
    search->last_count += done;
    if (rc != 0 || done == 0)
        return rc;
    return index_progress_put(search->conn, room->room, room->events.items[done - 1]->seq);
}

/* How many rooms are in as far as they were read. */
static size_t put_rooms(struct search *search, const struct reading *reading, int *rc)
{
    size_t done = 0;
    bool whole = true;
    search->last_count = 0;
    while (*rc == 0 && whole && done < reading->count && (done == 0 || !is_enough(search))) {
        *rc = put_room(search, &reading->rooms[done], &whole);
        done += whole;
    }
    return done;
}

static int put_reading(struct search *search, const struct reading *reading)
{
    search->began_at = clock_monotonic_ms();
    int rc = begin(search);
    size_t done = put_rooms(search, reading, &rc);
    if (rc == 0 && is_paused(search)) { /* undoing is quicker; the next start finds it in the log */
        index_end(search->conn);
        return 0;
    }
    rc = end(search, rc);
    for (size_t i = 0; rc == 0 && i < done; i++)
        if (reading->rooms[i].read && !reading->rooms[i].has_more)
            map_remove(&search->behind, reading->rooms[i].room.v);
    return rc;
}

static int follow(struct search *search)
{
    struct reading *reading = NEW(struct reading);
    reading->job.run = run_reading;
    int rc = begin(search); /* the connection, if it had to go */
    if (rc == 0)
        rc = choose_rooms(search, reading);
    rc = end(search, rc);
    if (rc == 0)
        rc = read_store(search, &reading->job);
    if (rc == 0)
        rc = put_reading(search, reading);
    for (size_t i = 0; i < reading->count; i++)
        event_list_deinit(&reading->rooms[i].events);
    xfree(reading);
    return rc;
}

/* ---- what was pruned -------------------------------------------------------------------------------------------- */

static void end_pruning(struct search *search, int rc)
{
    struct search_change *change = search->pruning;
    search->pruning = change->next;
    if (!search->pruning)
        search->last_pruning = &search->pruning;
    change->rc = rc;
    inbox_post(change->home, &change->item);
}

/* In one transaction, at least one; *more: there may be others. */
static int prune_some(struct search *search, const struct search_change *change, bool *more)
{
    size_t done = 0, count = 1;
    int rc = begin(search);
    while (rc == 0 && count > 0 && done < PRUNE_MESSAGES && (done == 0 || !is_awaited(search))) {
        rc = index_prune(search->conn, change->room, change->first, 1, &count);
        done += rc == 0 ? count : 0;
    }
    rc = end(search, rc);
    if (rc == 0 && done && search->forgot_at == 0)
        search->forgot_at = clock_monotonic_ms();
    if (rc == 0)
        atomic_fetch_add_explicit(&search->removed, done, memory_order_relaxed);
    *more = count > 0;
    return rc;
}

/* The next few of what was pruned. At the end of the server it is left: the next start is told of it again. */
static void prune(struct search *search)
{
    bool more = false;
    if (!search->pruning)
        return;
    int rc = is_paused(search) ? -ECANCELED : prune_some(search, search->pruning, &more);
    if (rc != 0 || !more)
        end_pruning(search, rc);
}

/* ---- the thread ------------------------------------------------------------------------------------------------ */

static void wipe_if_due(struct search *search, bool idle)
{
    uint64_t now = clock_monotonic_ms();
    if (search->forgot_at == 0 || !search->conn ||
        now - search->forgot_at < (idle ? (uint64_t)WIPE_IDLE_MS : (uint64_t)WIPE_MS))
        return;
    search->forgot_at = index_wipe(search->conn) == 0 ? 0 : now;
}

/* Until something comes into either inbox. */
static void wait_for_both(struct search *search, int timeout_ms)
{
    if (!inbox_may_sleep(&search->urgent))
        return;
    if (!inbox_may_sleep(&search->notices)) {
        inbox_awake(&search->urgent);
        return;
    }
    struct pollfd fds[] = {{.fd = search->urgent.fd, .events = POLLIN},
                           {.fd = search->notices.fd, .events = POLLIN}};
    (void)poll(fds, ARRAY_LEN(fds), timeout_ms);
    inbox_woke(&search->urgent);
    inbox_woke(&search->notices);
}

/* A transaction takes what came meanwhile. */
static int gather_ms(const struct search *search)
{
    int ms = (int)search->limits->search_gather_ms;
    return search->last_count >= BUSY_EVENTS ? ms * GATHER_BUSY : ms;
}

/* Notices are gathered, who waits for a change is not kept waiting. */
static void rest(struct search *search)
{
    atomic_store(&search->level, search->behind.len == 0 && !search->scans);
    wait_for_both(search, search->forgot_at ? WIPE_IDLE_MS : -1);
    if (atomic_load(&search->notices_waiting) > 0)
        inbox_wait(&search->urgent, gather_ms(search));
    else
        wipe_if_due(search, true);
}

static bool has_work(const struct search *search)
{
    return !is_paused(search) && (search->scans || search->behind.len > 0);
}

void *follower_main(void *arg)
{
    struct search *search = arg;
    pthread_setname_np(pthread_self(), "search");
    (void)setpriority(PRIO_PROCESS, (id_t)syscall(SYS_gettid), NICE_LEVEL);
    for (;;) {
        take_urgent(search);
        if (search->stopping)
            break;
        take_notices(search);
        prune(search);
        if (!has_work(search)) {
            if (!search->pruning)
                rest(search);
            continue;
        }
        int rc = search->scans ? scan_rooms(search) : follow(search);
        if (rc != 0 && !search->pruning)
            inbox_wait(&search->urgent, RETRY_MS);
        wipe_if_due(search, false);
    }
    return NULL;
}
