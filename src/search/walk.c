#include "search/walk.h"

#include <errno.h>

bool want_of(const struct phrase *phrase, size_t at, struct arena *arena, struct want *out)
{
    const struct words *words = &phrase->words;
    const struct word *word = &words->items[at];
    bool last = at + 1 == words->count;
    bool pair = !last && words->items[at + 1].glued;
    if (last && word->glued)
        return false;
    bool ends = last || (pair && at + 2 == words->count);
    out->term = words_term(words, at, arena);
    out->may_go_on = word->dense ? ends || !pair : last && !phrase->exact;
    return true;
}

static void add_set(struct walk *walk, const struct str *terms, size_t count)
{
    struct walk_set *set = &walk->sets[walk->set_count++];
    *set =
        (struct walk_set){arena_take_array(walk->source->arena, count, sizeof(*set->items)), count};
    for (size_t i = 0; i < count; i++)
        set->items[i] = (struct postings){.term = terms[i]};
}

/* A word that begins too many others is not looked up: the others are, and the text decides. */
static int add_want(struct walk *walk, const struct want *want, const struct limits *limits)
{
    struct terms set;
    bool more;
    if (!want->may_go_on) {
        add_set(walk, &want->term, 1);
        return 0;
    }
    int rc = index_terms(walk->source->conn, walk->room, want->term, limits->search_prefix_terms,
                         walk->source->arena, &set, &more);
    if (rc != 0)
        return rc;
    if (set.count == 0)
        return -ENOENT;
    if (!more)
        add_set(walk, set.items, set.count);
    return 0;
}

static size_t most_sets(const struct search_query *query)
{
    size_t count = 2; /* sender, link */
    for (size_t i = 0; i < query->phrase_count; i++)
        count += query->phrases[i].words.count;
    return count;
}

int walk_init(struct walk *walk, struct postings_source *source, room_id room,
              const struct search_request *request, const struct limits *limits)
{
    const struct search_query *query = request->query;
    struct arena *arena = source->arena;
    *walk = (struct walk){.source = source, .room = room};
    walk->sets = arena_take_array(arena, most_sets(query), sizeof(*walk->sets));
    const struct str sender = request->has_from ? term_of_sender(arena, request->from) : STR_NONE;
    if (request->has_from)
        add_set(walk, &sender, 1);
    if (query->has_link)
        add_set(walk, &term_of_links, 1);
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < query->phrase_count; i++) {
        const struct phrase *phrase = &query->phrases[i];
        struct want want;
        for (size_t w = 0; rc == 0 && w < phrase->words.count; w++)
            if (want_of(phrase, w, arena, &want))
                rc = add_want(walk, &want, limits);
    }
    return rc;
}

/* The newest message at or before `most` with any of the terms. */
static int seek_any(struct walk *walk, const struct walk_set *set, uint64_t most, uint64_t *out)
{
    uint64_t best = 0;
    for (size_t i = 0; i < set->count && best < most; i++) {
        uint64_t seq = 0;
        int rc = postings_seek(walk->source, walk->room, &set->items[i], most, &seq);
        if (rc != 0 && rc != -ENOENT)
            return rc;
        best = seq > best ? seq : best;
    }
    *out = best;
    return best ? 0 : -ENOENT;
}

/* The newest at or before *seq that every set has. */
static int seek_all(struct walk *walk, uint64_t *seq)
{
    size_t agreed = 0;
    for (size_t i = 0; agreed < walk->set_count; i = (i + 1) % walk->set_count) {
        uint64_t found;
        int rc = seek_any(walk, &walk->sets[i], *seq, &found);
        if (rc != 0)
            return rc;
        agreed = found == *seq ? agreed + 1 : 1;
        *seq = found;
    }
    return 0;
}

int walk_to(struct walk *walk, uint64_t most)
{
    while (most > 0) {
        uint64_t seq = most;
        int rc = seek_all(walk, &most);
        if (rc == 0)
            rc = index_message(walk->source->conn, walk->room, most, &seq, &walk->at);
        if (rc != 0)
            return rc;
        walk->seq = seq;
        if (walk->set_count == 0 || seq == most)
            return 0;
        most = seq; /* a posting without its message: no harm */
    }
    return -ENOENT;
}

int walk_find_time(struct walk *walk, int64_t at, uint64_t *seq)
{
    uint64_t low = 0, high = 0, there;
    int64_t found;
    int rc = index_message(walk->source->conn, walk->room, INT64_MAX, &high, &found);
    *seq = 0;
    if (rc == -ENOENT)
        return 0;
    if (rc == 0 && found <= at) {
        *seq = high;
        return 0;
    }
    /* Times never decrease along a room: low is no later than `at`, high is later. */
    while (rc == 0 && high - low > 1) {
        uint64_t middle = low + (high - low) / 2;
        rc = index_message(walk->source->conn, walk->room, middle, &there, &found);
        if (rc == -ENOENT || (rc == 0 && found <= at)) {
            low = middle;
            *seq = rc == 0 ? there : *seq;
            rc = 0;
        } else {
            high = middle;
        }
    }
    return rc;
}
