#include "net/out_queue.h"

/* A piece is a pointer to bytes, or with the lowest bit set to a struct str of the queue's own. */
enum { CONSTANT = 1, FIRST_CAP = 8 };

static struct str piece_text(uintptr_t piece)
{
    if (piece & CONSTANT)
        return *(const struct str *)(piece & ~(uintptr_t)CONSTANT);
    return bytes_str((const struct bytes *)piece);
}

static void piece_free(uintptr_t piece, struct budget *held)
{
    if (piece & CONSTANT) {
        xfree((void *)(piece & ~(uintptr_t)CONSTANT));
        return;
    }
    if (held)
        budget_release(held, (struct bytes *)piece);
    bytes_unref((struct bytes *)piece);
}

static uintptr_t nth_piece(const struct out_queue *queue, uint32_t nth)
{
    return queue->cap ? queue->pieces[(queue->first + nth) & (queue->cap - 1)] : queue->piece;
}

void out_queue_clear(struct out_queue *queue, struct budget *held)
{
    for (uint32_t i = 0; i < queue->count; i++)
        piece_free(nth_piece(queue, i), held);
    if (queue->cap)
        xfree(queue->pieces);
    *queue = (struct out_queue){0};
}

static void grow(struct out_queue *queue)
{
    uint32_t cap = queue->cap ? queue->cap * 2 : FIRST_CAP;
    REQUIRE(cap > queue->cap);
    uintptr_t *pieces = xcalloc(cap, sizeof(*pieces));
    for (uint32_t i = 0; i < queue->count; i++)
        pieces[i] = nth_piece(queue, i);
    if (queue->cap)
        xfree(queue->pieces);
    queue->pieces = pieces;
    queue->cap = cap;
    queue->first = 0;
}

static void put(struct out_queue *queue, uintptr_t piece, size_t len)
{
    queue->bytes += len;
    if (queue->count == 0 && queue->cap == 0) {
        queue->piece = piece;
        queue->count = 1;
        return;
    }
    if (queue->count >= queue->cap)
        grow(queue);
    queue->pieces[(queue->first + queue->count++) & (queue->cap - 1)] = piece;
}

void out_queue_put(struct out_queue *queue, struct bytes *bytes)
{
    REQUIRE(bytes->len > 0);
    put(queue, (uintptr_t)bytes_ref(bytes), bytes->len);
}

void out_queue_put_constant(struct out_queue *queue, struct str text)
{
    if (text.len == 0)
        return;
    struct str *kept = NEW(struct str);
    *kept = text;
    put(queue, (uintptr_t)kept | CONSTANT, text.len);
}

struct str out_queue_next(const struct out_queue *queue)
{
    struct str text = piece_text(nth_piece(queue, 0));
    return str_of(text.ptr + queue->written, text.len - queue->written);
}

size_t out_queue_slices(const struct out_queue *queue, struct iovec *slices, size_t most)
{
    size_t count = queue->count < most ? queue->count : most;
    for (size_t i = 0; i < count; i++) {
        struct str text = piece_text(nth_piece(queue, (uint32_t)i));
        slices[i] = (struct iovec){(void *)(uintptr_t)text.ptr, text.len};
    }
    if (count) {
        struct str next = out_queue_next(queue);
        slices[0] = (struct iovec){(void *)(uintptr_t)next.ptr, next.len};
    }
    return count;
}

void out_queue_advance(struct out_queue *queue, size_t written, struct budget *held)
{
    REQUIRE(written <= queue->bytes);
    if (written == queue->bytes) {
        out_queue_clear(queue, held);
        return;
    }
    queue->bytes -= written;
    for (;;) {
        uintptr_t piece = nth_piece(queue, 0);
        size_t left = piece_text(piece).len - queue->written;
        if (written < left)
            break;
        piece_free(piece, held);
        written -= left;
        queue->written = 0;
        queue->first = (queue->first + 1) & (queue->cap - 1);
        queue->count--;
    }
    queue->written += (uint32_t)written;
}

void out_queue_cut(struct out_queue *queue, struct budget *held)
{
    if (queue->written == 0) {
        out_queue_clear(queue, held);
        return;
    }
    while (queue->count > 1)
        piece_free(nth_piece(queue, --queue->count), held);
    queue->bytes = piece_text(nth_piece(queue, 0)).len - queue->written;
}

void out_queue_hold(const struct out_queue *queue, struct budget *budget)
{
    for (uint32_t i = 0; i < queue->count; i++) {
        uintptr_t piece = nth_piece(queue, i);
        if (!(piece & CONSTANT))
            budget_hold(budget, (struct bytes *)piece);
    }
}

uint64_t out_queue_held_since(const struct out_queue *queue)
{
    for (uint32_t i = 0; i < queue->count; i++) {
        uintptr_t piece = nth_piece(queue, i);
        if (!(piece & CONSTANT))
            return atomic_load_explicit(&((struct bytes *)piece)->held_since, memory_order_relaxed);
    }
    return UINT64_MAX;
}
