#include <errno.h>

#include "search/search_internal.h"

enum { READER_CACHE_KIB = 4096 };

/* One that is idle, or a new one. Searches run on the store's readers, so there are never many. */
int readers_take(struct search *search, struct idle_conn **out)
{
    struct idle_conn *reader = NULL;
    pthread_mutex_lock(&search->lock);
    unsigned generation = search->generation;
    if (search->idle) {
        reader = search->idle;
        search->idle = reader->next;
    }
    pthread_mutex_unlock(&search->lock);
    if (!reader) {
        reader = NEW(struct idle_conn);
        reader->generation = generation;
        int rc = index_open(&reader->conn, search->path, false, READER_CACHE_KIB);
        if (rc != 0) {
            xfree(reader);
            return rc;
        }
    }
    *out = reader;
    return 0;
}

static void reader_free(struct idle_conn *reader)
{
    index_close(reader->conn);
    xfree(reader);
}

void readers_put(struct search *search, struct idle_conn *reader)
{
    pthread_mutex_lock(&search->lock);
    bool current = reader->generation == search->generation;
    if (current) {
        reader->next = search->idle;
        search->idle = reader;
    }
    pthread_mutex_unlock(&search->lock);
    if (!current)
        reader_free(reader);
}

void readers_forget(struct search *search)
{
    pthread_mutex_lock(&search->lock);
    struct idle_conn *reader = TAKE(search->idle);
    search->generation++;
    pthread_mutex_unlock(&search->lock);
    while (reader) {
        struct idle_conn *next = reader->next;
        reader_free(reader);
        reader = next;
    }
}
