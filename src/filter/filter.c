#include "filter/filter.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/words.h"
#include "filter/automaton.h"
#include "filter/links.h"
#include "json/reader.h"

/* Before a word, behind it and between two: no word has it in it. */
enum { BOUND = ' ' };

enum links { LINKS_ANY, LINKS_NONE, LINKS_LISTED, LINKS_UNLISTED };

struct filter {
    atomic_uint refs;
    struct automaton *words; /* NULL: any */
    enum filter_verdict words_verdict, links_verdict;
    enum links links;
    struct hosts hosts; /* owned, in one piece */
    size_t size;
};

/* ---- words ------------------------------------------------------------------------------------ */

/* Neighbours of a script without spaces have nothing between them, nor around them: each is a word. */
static bool is_bound(const struct words *words, size_t at)
{
    const struct word *word = &words->items[at];
    return !(word->dense && word->glued);
}

static bool opens(struct str *entry)
{
    bool open = entry->len && entry->ptr[0] == '*';
    while (entry->len && entry->ptr[0] == '*')
        *entry = str_of(entry->ptr + 1, entry->len - 1);
    return open;
}

static bool closes(struct str *entry)
{
    bool open = entry->len && entry->ptr[entry->len - 1] == '*';
    while (entry->len && entry->ptr[entry->len - 1] == '*')
        entry->len--;
    return open;
}

/* What its entry looks like in what is read. STR_NONE: it has no words. */
static struct str pattern_of(struct str entry, struct arena *arena)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct words words;
    entry = str_trim(entry);
    bool begins_anywhere = opens(&entry), ends_anywhere = closes(&entry);
    words_read(entry, arena, &words);
    for (size_t i = 0; i < words.count; i++) {
        bool first_open = i == 0 && (begins_anywhere || words.items[0].dense);
        if (is_bound(&words, i) && !first_open)
            buf_put_char(&out, BOUND);
        buf_put_str(&out, words.items[i].text);
    }
    if (words.count && !ends_anywhere && !words.items[words.count - 1].dense)
        buf_put_char(&out, BOUND);
    return words.count ? arena_copy(arena, buf_str(&out)) : STR_NONE;
}

size_t filter_entry_bytes(struct str entry)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str inner = str_trim(entry);
    (void)opens(&inner);
    (void)closes(&inner);
    if (inner.len && memchr(inner.ptr, '*', inner.len))
        return 0;
    return AUTOMATON_BYTES * pattern_of(entry, &arena).len;
}

size_t filter_host_bytes(struct str host)
{
    return sizeof(struct str) + host.len;
}

static uint32_t read_text(const struct automaton *automaton, uint32_t state, struct str text,
                          bool *found)
{
    for (size_t i = 0; i < text.len && !*found; i++) {
        state = automaton_step(automaton, state, (unsigned char)text.ptr[i]);
        *found = automaton_has_found(automaton, state);
    }
    return state;
}

static bool has_words(const struct automaton *automaton, struct str text, struct arena *arena)
{
    static const char bound[] = {BOUND};
    struct words words;
    uint32_t state = AUTOMATON_START;
    bool found = false;
    words_read(text, arena, &words);
    for (size_t i = 0; i < words.count && !found; i++) {
        if (is_bound(&words, i))
            state = read_text(automaton, state, str_of(bound, 1), &found);
        state = read_text(automaton, state, words.items[i].text, &found);
    }
    (void)read_text(automaton, state, str_of(bound, 1), &found);
    return found;
}

/* ---- links ------------------------------------------------------------------------------------ */

static bool is_listed(const struct filter *filter, struct str host)
{
    for (size_t at = 0; at < host.len;) {
        struct str name = str_of(host.ptr + at, host.len - at);
        size_t from = 0, to = filter->hosts.count;
        while (from < to) {
            size_t middle = from + (to - from) / 2;
            int order = str_compare(filter->hosts.items[middle], name);
            if (order == 0)
                return true;
            *(order < 0 ? &from : &to) = order < 0 ? middle + 1 : middle;
        }
        const char *dot = memchr(name.ptr, '.', name.len);
        if (!dot)
            return false;
        at = (size_t)(dot + 1 - host.ptr);
    }
    return false;
}

static bool has_links(const struct filter *filter, struct str text, struct arena *arena)
{
    struct hosts found;
    if (filter->links == LINKS_NONE)
        return links_any(text);
    if (filter->links == LINKS_LISTED)
        links_hosts(text, arena, &found);
    else
        links_names(text, arena, &found);
    for (size_t i = 0; i < found.count; i++)
        if (is_listed(filter, found.items[i]) == (filter->links == LINKS_UNLISTED))
            return true;
    return false;
}

/* ---- reading what was set ---------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static size_t read_texts(const struct json *list, struct arena *arena, struct str **out)
{
    struct json_iter at = json_iter(list);
    size_t count = 0;
    *out = arena_take_array(arena, json_count(list), sizeof(**out));
    while (json_next(&at))
        if (json_to_text(at.value, &(*out)[count]))
            count++;
    return count;
}

static enum filter_verdict read_action(const struct json *set, struct str name)
{
    struct str action;
    bool reports = json_to_text(json_get(set, name), &action) && str_eq(action, STR("report"));
    return reports ? FILTER_REPORTS : FILTER_REFUSES;
}

static void read_words(struct filter *filter, const struct json *set)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str *patterns;
    size_t count = read_texts(json_get(set, STR("words")), &arena, &patterns);
    for (size_t i = 0; i < count; i++)
        patterns[i] = pattern_of(patterns[i], &arena);
    if (count)
        filter->words = automaton_new(patterns, count);
    filter->size += automaton_bytes(filter->words);
    filter->words_verdict = read_action(set, STR("words_action"));
}

/* Only these are kept of what was read: sorted, and behind them their letters. */
static void keep_hosts(struct filter *filter, struct str *hosts, size_t count)
{
    size_t bytes = 0;
    if (count)
        qsort(hosts, count, sizeof(*hosts), by_name);
    for (size_t i = 0; i < count; i++)
        bytes += filter_host_bytes(hosts[i]);
    struct str *items = xmalloc(bytes);
    char *at = (char *)(items + count);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, hosts[i].ptr, hosts[i].len);
        items[i] = str_of(at, hosts[i].len);
        at += hosts[i].len;
    }
    filter->hosts = (struct hosts){items, count};
    filter->size += bytes;
}

static void read_links(struct filter *filter, const struct json *set, struct arena *arena)
{
    static const struct str names[] = {[LINKS_ANY] = STR_INIT("any"),
                                       [LINKS_NONE] = STR_INIT("none"),
                                       [LINKS_LISTED] = STR_INIT("listed"),
                                       [LINKS_UNLISTED] = STR_INIT("unlisted")};
    struct str policy, *hosts;
    if (json_to_text(json_get(set, STR("links")), &policy))
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (str_eq(names[i], policy))
                filter->links = (enum links)i;
    size_t count = read_texts(json_get(set, STR("hosts")), arena, &hosts);
    keep_hosts(filter, hosts, count);
    filter->links_verdict = read_action(set, STR("links_action"));
}

struct filter *filter_new(struct str canonical)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str why;
    struct filter *filter = NEW(struct filter);
    filter->refs = 1;
    filter->size = sizeof(*filter);
    const struct json *set = canonical.len ? json_parse(&arena, canonical, &why) : NULL;
    if (set) {
        read_words(filter, set);
        read_links(filter, set, &arena);
    }
    if (filter->words || filter->links != LINKS_ANY)
        return filter;
    filter_unref(filter);
    return NULL;
}

struct filter *filter_ref(struct filter *filter)
{
    if (filter)
        atomic_fetch_add_explicit(&filter->refs, 1, memory_order_relaxed);
    return filter;
}

void filter_unref(struct filter *filter)
{
    if (!filter || atomic_fetch_sub_explicit(&filter->refs, 1, memory_order_acq_rel) != 1)
        return;
    automaton_free(filter->words);
    xfree(filter->hosts.items);
    xfree(filter);
}

size_t filter_bytes(const struct filter *filter)
{
    return filter ? filter->size : 0;
}

/* ---- the verdict -------------------------------------------------------------------------------- */

enum filter_verdict filter_judge(const struct filter *filter, struct str text)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    enum filter_verdict verdict = FILTER_PASSES;
    if (!filter || !text.len)
        return verdict;
    if (filter->words && has_words(filter->words, text, &arena))
        verdict = filter->words_verdict;
    if (filter->links != LINKS_ANY && filter->links_verdict > verdict &&
        has_links(filter, text, &arena))
        verdict = filter->links_verdict;
    return verdict;
}
