#include "filter/filter_current.h"

#include <pthread.h>
#include <stdatomic.h>

enum { KEPT = 2 };

struct filter_current {
    pthread_mutex_t lock;
    _Atomic uint64_t compiled;
    struct kept {
        struct str rules; /* owned */
        struct filter *filter;
    } kept[KEPT]; /* the latest first */
};

struct filter_current *filter_current_new(void)
{
    struct filter_current *current = NEW(struct filter_current);
    pthread_mutex_init(&current->lock, NULL);
    return current;
}

static void drop(struct kept *kept)
{
    filter_unref(kept->filter);
    xfree((char *)kept->rules.ptr);
    *kept = (struct kept){0};
}

void filter_current_free(struct filter_current *current)
{
    if (!current)
        return;
    for (size_t i = 0; i < KEPT; i++)
        drop(&current->kept[i]);
    pthread_mutex_destroy(&current->lock);
    xfree(current);
}

/* With the lock. */
static bool find(struct filter_current *current, struct str rules, struct filter **out)
{
    for (size_t i = 0; i < KEPT; i++) {
        const struct kept *kept = &current->kept[i];
        if (!kept->rules.ptr || !str_eq(kept->rules, rules))
            continue;
        *out = filter_ref(kept->filter);
        return true;
    }
    return false;
}

static struct str copy_of(struct str text)
{
    char *copy = xmalloc(text.len);
    memcpy(copy, text.ptr, text.len);
    return str_of(copy, text.len);
}

/* With the lock: before the others, of which the last goes. */
static void keep(struct filter_current *current, struct str rules, struct filter *filter)
{
    drop(&current->kept[KEPT - 1]);
    for (size_t i = KEPT - 1; i > 0; i--)
        current->kept[i] = current->kept[i - 1];
    current->kept[0] = (struct kept){copy_of(rules), filter_ref(filter)};
}

/* Two may compile the same at once, outside of the lock: the first to be done is kept. */
struct filter *filter_current_get(struct filter_current *current, struct str canonical)
{
    struct filter *found = NULL, *made;
    if (!current || canonical.len == 0)
        return filter_new(canonical);
    pthread_mutex_lock(&current->lock);
    bool known = find(current, canonical, &found);
    pthread_mutex_unlock(&current->lock);
    if (known)
        return found;
    made = filter_new(canonical);
    atomic_fetch_add_explicit(&current->compiled, 1, memory_order_relaxed);
    pthread_mutex_lock(&current->lock);
    known = find(current, canonical, &found);
    if (!known)
        keep(current, canonical, made);
    pthread_mutex_unlock(&current->lock);
    if (!known)
        return made;
    filter_unref(made);
    return found;
}

uint64_t filter_current_compiled(const struct filter_current *current)
{
    return atomic_load_explicit(&current->compiled, memory_order_relaxed);
}
