#include "search/postings.h"

#include <errno.h>

enum {
    KEPT_BYTES = 1 << 20,
    UNKEPT_READS = 2 /* before a block is kept: in most rooms a search goes no further */
};

static void keep_block(struct postings_source *source, struct postings *postings)
{
    if (postings->reads++ < UNKEPT_READS || source->kept_bytes + sizeof(struct block) > KEPT_BYTES)
        return;
    source->kept_bytes += sizeof(struct block);
    postings->block = arena_take(source->arena, sizeof(struct block));
    postings->block->count = 0;
}

/* From the block that was read last, as long as it does not begin behind `most`: no other begins between. */
static int read_answer(struct postings_source *source, room_id room, struct postings *postings,
                       uint64_t most)
{
    struct block once, *block = postings->block ? postings->block : &once;
    size_t at = block == &once ? SIZE_MAX : block_find(block, most);
    if (at == SIZE_MAX) {
        int rc = index_block(source->conn, room, postings->term, most, block);
        if (rc != 0)
            return rc;
        at = block_find(block, most);
    }
    postings->answer = block->seqs[at];
    return 0;
}

int postings_seek(struct postings_source *source, room_id room, struct postings *postings,
                  uint64_t most, uint64_t *seq)
{
    int rc = 0;
    if (postings->answer == 0 || most < postings->answer) {
        if (!postings->block)
            keep_block(source, postings);
        rc = postings->ended ? -ENOENT : read_answer(source, room, postings, most);
        postings->ended = rc == -ENOENT;
    }
    if (rc == 0)
        *seq = postings->answer;
    return rc;
}
