#include "search/search.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base62.h"
#include "core/buf.h"
#include "core/clock.h"
#include "proto/content.h"
#include "search/search_internal.h"

enum { NOTICES_MOST = 1 << 16 }; /* past it, all rooms are looked at instead */

/* ---- terms of a message ------------------------------------------------------------------------------- */

/* No word holds a control character. */
const struct str term_of_links = STR_INIT("\1link");

struct str term_of_sender(struct arena *arena, user_id sender)
{
    char id[BASE62_LEN];
    base62_print(sender.v, id);
    return arena_printf(arena, "\1%.*s", BASE62_LEN, id);
}

bool message_terms(const struct event *message, struct arena *arena, struct terms *out)
{
    struct words words;
    struct str text;
    if (event_is_deleted(message) || !content_text(message->payload, arena, &text))
        return false;
    words_read(text, arena, &words);
    struct terms of_words;
    words_terms(&words, arena, &of_words);
    out->items = arena_take_array(arena, of_words.count + 2, sizeof(*out->items));
    out->count = 0;
    if (match_has_link(text))
        out->items[out->count++] = term_of_links;
    out->items[out->count++] = term_of_sender(arena, message->sender);
    if (of_words.count)
        memcpy(out->items + out->count, of_words.items, of_words.count * sizeof(*out->items));
    out->count += of_words.count;
    return true;
}

/* ---- open and close ------------------------------------------------------------------------------------- */

static int put_path(char out[INDEX_PATH_SIZE], const char *dir, char *why)
{
    int len = snprintf(out, INDEX_PATH_SIZE, "%s/%s", dir, INDEX_FILE);
    if (len > 0 && len < INDEX_PATH_SIZE)
        return 0;
    snprintf(why, SEARCH_WHY_SIZE, "the name of the data directory is too long");
    return -ENAMETOOLONG;
}

static int open_index(struct search *search, char *why)
{
    size_t cache_kib = search->limits->search_cache_kib;
    int rc = index_open(&search->conn, search->path, true, cache_kib);
    if (rc == -EUCLEAN) { /* damaged, or of another version */
        index_delete(search->path);
        atomic_fetch_add(&search->rebuilds, 1);
        rc = index_open(&search->conn, search->path, true, cache_kib);
    }
    if (rc != 0)
        snprintf(why, SEARCH_WHY_SIZE,
                 "cannot use %.200s: %s; look at its rights and the free space", search->path,
                 strerror(-rc));
    return rc;
}

static int start(struct search *search, char *why)
{
    int rc = inbox_init(&search->urgent);
    if (rc == 0)
        rc = inbox_init(&search->notices);
    if (rc == 0)
        rc = inbox_init(&search->reads);
    if (rc == 0)
        rc = -pthread_create(&search->thread, NULL, follower_main, search);
    if (rc != 0)
        snprintf(why, SEARCH_WHY_SIZE, "cannot start the thread of the search: %s", strerror(-rc));
    return rc;
}

int search_open(struct search **out, const struct search_options *options, char *why)
{
    struct search *search = NEW(struct search);
    search->store = options->store;
    search->limits = options->limits;
    search->scans = true;
    search->last_pruning = &search->pruning;
    search->forgot_at = clock_monotonic_ms(); /* before a crash, perhaps: it is wiped once */
    atomic_init(&search->works, true);
    pthread_mutex_init(&search->lock, NULL);
    int rc = put_path(search->path, options->data_dir, why);
    if (rc == 0)
        rc = open_index(search, why);
    if (rc == 0)
        rc = start(search, why);
    if (rc != 0) {
        index_close(search->conn);
        xfree(search);
        return rc;
    }
    *out = search;
    return 0;
}

int search_delete(const char *data_dir, char *why)
{
    char path[INDEX_PATH_SIZE];
    int rc = put_path(path, data_dir, why);
    if (rc == 0)
        index_delete(path);
    return rc;
}

void search_pause(struct search *search)
{
    if (!search)
        return;
    atomic_store(&search->paused, true);
    inbox_wake(&search->urgent);
}

void search_close(struct search *search)
{
    if (!search)
        return;
    inbox_post(&search->urgent, &search->stop);
    pthread_join(search->thread, NULL);
    index_close(
        TAKE(search->conn)); /* empties its write-ahead log: not for a thread that gets no time */
    struct inbox_item *notice;
    while ((notice = inbox_take(&search->notices)))
        notice->run(notice);
    readers_forget(search);
    inbox_deinit(&search->urgent);
    inbox_deinit(&search->notices);
    inbox_deinit(&search->reads);
    pthread_mutex_destroy(&search->lock);
    map_deinit(&search->behind);
    xfree(search);
}

/* ---- what the homes tell ----------------------------------------------------------------------------------- */

static atomic_size_t *waiting_with(struct search *search, const struct search_change *change)
{
    return change->first ? &search->prunes_waiting : &search->changes_waiting;
}

static void changed(struct inbox_item *item)
{
    struct search_change *change = CONTAINER_OF(item, struct search_change, item);
    atomic_size_t *waiting = waiting_with(change->search, change);
    change->done(change); /* it may be gone, or under way again */
    atomic_fetch_sub(waiting, 1);
}

void search_change(struct search *search, struct search_change *change)
{
    atomic_fetch_add(waiting_with(search, change), 1);
    change->search = search;
    change->item.run = changed;
    inbox_post(&search->urgent, &change->item);
}

bool search_is_idle(const struct search *search)
{
    return !search ||
           atomic_load(&search->changes_waiting) + atomic_load(&search->prunes_waiting) == 0;
}

bool search_is_level(const struct search *search)
{
    return atomic_load(&search->level) && atomic_load(&search->notices_waiting) == 0;
}

bool search_works(const struct search *search)
{
    return atomic_load(&search->works);
}

uint64_t search_message_count(const struct search *search)
{
    return atomic_load(&search->messages);
}

void search_notice(struct search *search, room_id room)
{
    atomic_store_explicit(&search->level, false, memory_order_relaxed);
    if (atomic_load_explicit(&search->notices_waiting, memory_order_relaxed) >= NOTICES_MOST) {
        atomic_store(&search->missed, true);
        return;
    }
    notice_post(search, room);
}

/* ---- figures ------------------------------------------------------------------------------------------------- */

static void put(struct buf *out, const char *name, const char *type, const char *help,
                uint64_t value)
{
    buf_printf(out,
               "# HELP natternet_search_%s %s\n# TYPE natternet_search_%s %s\n"
               "natternet_search_%s %llu\n",
               name, help, name, type, name, (unsigned long long)value);
}

void search_metrics(const struct search *search, struct buf *out)
{
    put(out, "level", "gauge", "1 if the index holds all that is known to be durable.",
        search_is_level(search));
    put(out, "works", "gauge", "1 if the index could be written the last time.",
        atomic_load(&search->works));
    put(out, "messages_total", "counter", "Messages put into the index.",
        atomic_load(&search->messages));
    put(out, "removed_total", "counter", "Messages whose words were taken out of it.",
        atomic_load(&search->removed));
    put(out, "searches_total", "counter", "Searches asked for.", atomic_load(&search->searches));
    put(out, "failures_total", "counter", "Times that the index could not be written.",
        atomic_load(&search->failures));
    put(out, "rebuilds_total", "counter", "Times that a damaged index was made anew.",
        atomic_load(&search->rebuilds));
}
