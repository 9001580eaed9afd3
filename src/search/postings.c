#include "search/postings.h"

#include <errno.h>

enum {
    AHEAD = 64, /* messages at once, at most */
    AHEAD_BYTES = 1 << 20,
    ONE_BY_ONE = 2 /* reads until one looks ahead: in most rooms a search goes no further */
};

static int read_one(struct postings_source *source, room_id room, struct str term, uint64_t most,
                    uint64_t *seq)
{
    size_t count;
    int rc = index_postings(source->conn, room, term, most, 1, seq, &count);
    return rc == 0 && count == 0 ? -ENOENT : rc;
}

static bool may_look_ahead(struct postings_source *source, struct postings *postings)
{
    const size_t size = AHEAD * sizeof(*postings->ahead);
    if (postings->used < ONE_BY_ONE) {
        postings->used++;
        return false;
    }
    if (source->ahead_bytes + size > AHEAD_BYTES)
        return false;
    source->ahead_bytes += size;
    postings->ahead = arena_take(source->arena, size);
    postings->most = 1;
    return true;
}

/* More where those that were read were answers, fewer where they were passed over. */
static int read_ahead(struct postings_source *source, room_id room, struct postings *postings,
                      uint64_t most)
{
    if (postings->used * 2 >= postings->count && postings->most < AHEAD)
        postings->most *= 2;
    else if (postings->used * 2 < postings->count && postings->most > 1)
        postings->most /= 2;
    size_t count;
    int rc = index_postings(source->conn, room, postings->term, most, postings->most,
                            postings->ahead, &count);
    postings->ended = count < postings->most;
    postings->count = (uint8_t)count;
    postings->at = postings->used = 0;
    return rc;
}

/* One that is asked for again and again is one answer. */
static void move_on(struct postings *postings)
{
    postings->used += postings->answered;
    postings->answered = false;
    postings->at++;
}

int postings_seek(struct postings_source *source, room_id room, struct postings *postings,
                  uint64_t most, uint64_t *seq)
{
    if (!postings->ahead && !may_look_ahead(source, postings))
        return read_one(source, room, postings->term, most, seq);
    while (postings->at < postings->count && postings->ahead[postings->at] > most)
        move_on(postings);
    if (postings->at == postings->count) {
        int rc = postings->ended ? 0 : read_ahead(source, room, postings, most);
        if (rc != 0 || postings->at == postings->count)
            return rc ? rc : -ENOENT;
    }
    postings->answered = true;
    *seq = postings->ahead[postings->at];
    return 0;
}
