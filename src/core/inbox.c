#include "core/inbox.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int inbox_init(struct inbox *inbox)
{
    inbox->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (inbox->fd < 0)
        return -errno;
    atomic_init(&inbox->stub.next, NULL);
    inbox->stub.run = NULL;
    atomic_init(&inbox->head, &inbox->stub);
    inbox->tail = &inbox->stub;
    atomic_init(&inbox->awake, true);
    return 0;
}

void inbox_deinit(struct inbox *inbox)
{
    close(inbox->fd);
    inbox->fd = -1;
}

static void push(struct inbox *inbox, struct inbox_item *item)
{
    atomic_store_explicit(&item->next, NULL, memory_order_relaxed);
    struct inbox_item *before = atomic_exchange_explicit(&inbox->head, item, memory_order_seq_cst);
    atomic_store_explicit(&before->next, item, memory_order_release);
}

void inbox_post(struct inbox *inbox, struct inbox_item *item)
{
    push(inbox, item);
    /* Pairs with inbox_may_sleep: either the owner sees the item, or we see it asleep. */
    if (atomic_exchange_explicit(&inbox->awake, true, memory_order_seq_cst))
        return;
    inbox_wake(inbox);
}

void inbox_wake(struct inbox *inbox)
{
    uint64_t one = 1;
    ssize_t n;
    do
        n = write(inbox->fd, &one, sizeof(one));
    while (n < 0 && errno == EINTR);
}

struct inbox_item *inbox_take(struct inbox *inbox)
{
    struct inbox_item *tail = inbox->tail;
    struct inbox_item *next = atomic_load_explicit(&tail->next, memory_order_acquire);
    if (tail == &inbox->stub) {
        if (!next)
            return NULL;
        inbox->tail = tail = next;
        next = atomic_load_explicit(&tail->next, memory_order_acquire);
    }
    if (!next) {
        if (tail != atomic_load_explicit(&inbox->head, memory_order_acquire))
            return NULL; /* a producer is between its two steps: it will be there next time */
        push(inbox, &inbox->stub);
        next = atomic_load_explicit(&tail->next, memory_order_acquire);
        if (!next)
            return NULL;
    }
    inbox->tail = next;
    return tail;
}

size_t inbox_run(struct inbox *inbox, size_t most)
{
    size_t done = 0;
    struct inbox_item *item;
    while (done < most && (item = inbox_take(inbox))) {
        item->run(item);
        done++;
    }
    return done;
}

/* Whether inbox_take() would return something. False also while a producer is between its two
 * steps: it looks at `awake` after the second, so the owner need not spin until it is through. */
static bool can_take(struct inbox *inbox)
{
    if (inbox->tail == &inbox->stub) {
        struct inbox_item *first = atomic_load_explicit(&inbox->stub.next, memory_order_acquire);
        if (!first)
            return false;
        inbox->tail = first;
    }
    return atomic_load_explicit(&inbox->tail->next, memory_order_acquire) ||
           atomic_load_explicit(&inbox->head, memory_order_acquire) == inbox->tail;
}

bool inbox_may_sleep(struct inbox *inbox)
{
    /* An exchange, not a store: whoever found us awake before it has its item seen below. */
    (void)atomic_exchange_explicit(&inbox->awake, false, memory_order_seq_cst);
    if (!can_take(inbox))
        return true;
    inbox_awake(inbox);
    return false;
}

void inbox_awake(struct inbox *inbox)
{
    atomic_store_explicit(&inbox->awake, true, memory_order_seq_cst);
}

void inbox_woke(struct inbox *inbox)
{
    uint64_t count;
    if (read(inbox->fd, &count, sizeof(count)) < 0 && errno != EAGAIN && errno != EINTR)
        REQUIRE(!"an eventfd can be read");
    inbox_awake(inbox);
}

void inbox_wait(struct inbox *inbox, int timeout_ms)
{
    if (!inbox_may_sleep(inbox))
        return;
    struct pollfd poll_fd = {.fd = inbox->fd, .events = POLLIN};
    (void)poll(&poll_fd, 1, timeout_ms);
    inbox_woke(inbox);
}
