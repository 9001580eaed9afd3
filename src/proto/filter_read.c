#include "proto/filter_read.h"

#include <inttypes.h>
#include <stdlib.h>

#include "filter/filter.h"
#include "filter/links.h"
#include "json/reader.h"
#include "json/writer.h"

static void refuse(struct fields *fields, struct str field, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(ERR_FIELD_INVALID, field, detail);
}

/* ---- lists of texts ----------------------------------------------------------------------------- */

struct list {
    struct str *items;
    size_t count;
    size_t bytes; /* of memory that it takes compiled, at most */
};

static struct list read_list(struct fields *fields, const struct json *object, const char *name,
                             uint64_t most)
{
    struct str field = arena_printf(fields->arena, "filters.%s", name);
    const struct json *value = json_get(object, str_from_c(name));
    struct list list = {0};
    if (!value)
        return list;
    if (json_kind(value) != JSON_ARRAY || json_count(value) > most) {
        refuse(fields, field,
               arena_printf(fields->arena, "`%.*s` must be a list of at most %" PRIu64 " texts.",
                            STR_ARG(field), most));
        return list;
    }
    struct json_iter at = json_iter(value);
    list.items = arena_take_array(fields->arena, json_count(value), sizeof(*list.items));
    while (json_next(&at))
        if (!json_to_text(at.value, &list.items[list.count++]))
            refuse(fields, field,
                   arena_printf(fields->arena, "`%.*s` must be a list of texts.", STR_ARG(field)));
    return fields->problem.err == ERR_OK ? list : (struct list){0};
}

struct place {
    struct str item;
    size_t at;
};

static int by_item(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    int order = str_compare(left->item, right->item);
    return order ? order : (left->at > right->at) - (left->at < right->at);
}

/* Each once, in the order in which they were given. */
static void keep_once(struct list *list, struct arena *arena)
{
    struct place *places = arena_take_array(arena, list->count, sizeof(*places));
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        places[i] = (struct place){list->items[i], i};
    if (list->count)
        qsort(places, list->count, sizeof(*places), by_item);
    for (size_t i = 1; i < list->count; i++)
        if (str_eq(places[i].item, places[i - 1].item))
            list->items[places[i].at] = STR_NONE;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].ptr)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static struct list read_words(struct fields *fields, const struct json *object,
                              const struct limits *limits)
{
    struct list given = read_list(fields, object, "words", limits->filter_words), kept = {0};
    kept.items = arena_take_array(fields->arena, given.count, sizeof(*kept.items));
    for (size_t i = 0; i < given.count; i++) {
        struct str word = str_trim(given.items[i]);
        size_t takes = 0;
        if (word.len > limits->filter_word_bytes)
            refuse(fields, STR("filters.words"),
                   arena_printf(fields->arena,
                                "An entry of `filters.words` has at most %" PRIu64 " bytes.",
                                limits->filter_word_bytes));
        else if ((takes = filter_entry_bytes(word)) == 0)
            refuse(fields, STR("filters.words"),
                   STR("An entry is a word or several, with `*` at the beginning or the end where "
                       "the word may go on there; nowhere else."));
        kept.bytes += takes;
        kept.items[kept.count++] = word;
    }
    keep_once(&kept, fields->arena);
    return kept;
}

static struct list read_hosts(struct fields *fields, const struct json *object,
                              const struct limits *limits)
{
    struct list given = read_list(fields, object, "hosts", limits->filter_hosts), kept = {0};
    kept.items = arena_take_array(fields->arena, given.count, sizeof(*kept.items));
    for (size_t i = 0; i < given.count; i++) {
        struct str host;
        if (!links_host(given.items[i], fields->arena, &host)) {
            refuse(fields, STR("filters.hosts"),
                   STR("An entry is the name of a host, such as example.org; those below it belong "
                       "to it."));
            continue;
        }
        kept.bytes += filter_host_bytes(host);
        kept.items[kept.count++] = host;
    }
    keep_once(&kept, fields->arena);
    return kept;
}

/* Before it is compiled, which would take it. Letters of some scripts are several once they are folded. */
static void check_size(struct fields *fields, size_t bytes, const struct limits *limits)
{
    if (bytes <= limits->filter_bytes)
        return;
    refuse(fields, STR("filters"),
           arena_printf(fields->arena,
                        "These filters would take %zu bytes of memory, of at most %" PRIu64
                        ": leave some words or hosts out, or shorten them.",
                        bytes, limits->filter_bytes));
}

/* ---- words of ours -------------------------------------------------------------------------------- */

static struct str read_choice(struct fields *fields, const struct json *object, const char *name,
                              const struct str *choices, size_t count)
{
    const struct json *value = json_get(object, str_from_c(name));
    struct str text, field = arena_printf(fields->arena, "filters.%s", name);
    if (!value)
        return choices[0];
    if (json_to_text(value, &text))
        for (size_t i = 0; i < count; i++)
            if (str_eq(choices[i], text))
                return choices[i];
    refuse(fields, field,
           count == 2
               ? arena_printf(fields->arena, "`%.*s` is `refuse` or `report`.", STR_ARG(field))
               : STR("`filters.links` is `any`, `none`, `listed` (only to those hosts) or "
                     "`unlisted` (to all others)."));
    return choices[0];
}

static struct str read_action(struct fields *fields, const struct json *object, const char *name)
{
    static const struct str actions[] = {STR_INIT("refuse"), STR_INIT("report")};
    return read_choice(fields, object, name, actions, ARRAY_LEN(actions));
}

static struct str read_links(struct fields *fields, const struct json *object)
{
    static const struct str policies[] = {STR_INIT("any"), STR_INIT("none"), STR_INIT("listed"),
                                          STR_INIT("unlisted")};
    return read_choice(fields, object, "links", policies, ARRAY_LEN(policies));
}

static void put_list(struct json_writer *w, struct list list)
{
    json_open(w, '[');
    for (size_t i = 0; i < list.count; i++)
        json_put_text(w, list.items[i]);
    json_close(w, ']');
}

struct str fields_filters(struct fields *fields, const struct limits *limits)
{
    const struct json *object =
        fields->problem.err == ERR_OK ? json_get(fields->object, STR("filters")) : NULL;
    if (!object)
        return STR_NONE;
    if (json_kind(object) == JSON_NULL)
        return STR("");
    if (json_kind(object) != JSON_OBJECT) {
        refuse(fields, STR("filters"),
               STR("`filters` must be an object such as {\"words\": [\"...\"]}, or null."));
        return STR_NONE;
    }
    struct list words = read_words(fields, object, limits);
    struct str words_action = read_action(fields, object, "words_action");
    struct str links = read_links(fields, object);
    struct list hosts = read_hosts(fields, object, limits);
    struct str links_action = read_action(fields, object, "links_action");
    check_size(fields, words.bytes + hosts.bytes, limits);
    if (fields->problem.err != ERR_OK)
        return STR_NONE;
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "words"), put_list(&w, words);
    json_name(&w, "words_action"), json_put_text(&w, words_action);
    json_name(&w, "links"), json_put_text(&w, links);
    json_name(&w, "hosts"), put_list(&w, hosts);
    json_name(&w, "links_action"), json_put_text(&w, links_action);
    json_close(&w, '}');
    return str_eq(buf_str(&out), FILTERS_NONE) ? STR("") : arena_copy(fields->arena, buf_str(&out));
}
