#include "chat/chat.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "chat/judge/newcomer.h"
#include "chat/pruner.h"
#include "core/clock.h"
#include "core/random.h"
#include "search/search.h"
#include "store/store_wait.h"

struct key_job {
    struct store_job job;
    struct chat *chat;
    struct arena arena;
};

/* The database's key for derived ids, made with the database. */
static int run_id_key(struct store_job *job, struct store_conn *conn)
{
    struct key_job *work = CONTAINER_OF(job, struct key_job, job);
    struct str stored;
    int rc = store_meta_get(conn, STR("id_key"), &work->arena, &stored);
    if (rc == 0 && stored.len == DERIVE_KEY_LEN) {
        memcpy(work->chat->id_key, stored.ptr, DERIVE_KEY_LEN);
        return 0;
    }
    if (rc != -ENOENT)
        return rc == 0 ? -EINVAL : rc;
    random_bytes(work->chat->id_key, DERIVE_KEY_LEN);
    return store_meta_put(conn, STR("id_key"),
                          str_of((const char *)work->chat->id_key, DERIVE_KEY_LEN));
}

static void on_news(struct bus_listener *listener, const struct bus_news *news)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    if (chat->search)
        search_notice(chat->search, news->room);
    home_hear(chat_home_of(chat, news->room), news);
}

static void on_blocks(struct bus_listener *listener, room_id direct_room)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    home_blocks_changed(chat_home_of(chat, direct_room), direct_room);
}

static void on_presents(struct bus_listener *listener, const struct bus_presents *presents)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    presence_peers_hear(chat, presents, clock_monotonic_ms());
}

static void on_presents_asked(struct bus_listener *listener, uint64_t server)
{
    presence_peers_asked(CONTAINER_OF(listener, struct chat, listener), server);
}

/* A parcel of another server on its way to the room's home. */
struct delivery {
    struct inbox_item item;
    struct home *home;
    struct bus_parcel *parcel;
};

static void was_handed_over(struct inbox_item *item)
{
    struct delivery *delivery = CONTAINER_OF(item, struct delivery, item);
    home_lead(delivery->home, delivery->parcel);
    xfree(delivery);
}

static void was_handed_back(struct inbox_item *item)
{
    struct delivery *delivery = CONTAINER_OF(item, struct delivery, item);
    home_take_back(delivery->home, &delivery->parcel->handback);
    bus_parcel_free(delivery->parcel);
    xfree(delivery);
}

static void deliver(struct home *home, struct bus_parcel *parcel,
                    void (*run)(struct inbox_item *item))
{
    struct delivery *delivery = NEW(struct delivery);
    delivery->item.run = run;
    delivery->home = home;
    delivery->parcel = parcel;
    inbox_post(home->inbox, &delivery->item);
}

static void on_handover(struct bus_listener *listener, struct bus_parcel *parcel)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    deliver(chat_home_of(chat, parcel->handover.room), parcel, was_handed_over);
}

static void on_handback(struct bus_listener *listener, struct bus_parcel *parcel)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    const struct handback *handback = &parcel->handback;
    leaders_hear_clock(chat->leaders, handback->from, handback->clock_ms, clock_monotonic_ms());
    deliver(chat_home_of(chat, handback->room), parcel, was_handed_back);
}

static void on_alive(struct bus_listener *listener, const struct bus_alive *alive)
{
    struct chat *chat = CONTAINER_OF(listener, struct chat, listener);
    leaders_hear(chat->leaders, alive, clock_monotonic_ms());
}

static void say_alive(struct chat *chat)
{
    bus_publish_alive(chat->bus, &(struct bus_alive){.server = bus_server(chat->bus),
                                                     .version = HANDOVER_VERSION,
                                                     .leads = !atomic_load(&chat->stopping),
                                                     .clock_ms = clock_monotonic_ms()});
}

int chat_new(struct chat **out, const struct chat_options *options)
{
    struct chat *chat = xcalloc(1, sizeof(*chat) + options->workers * sizeof(struct home));
    chat->store = options->store;
    chat->bus = options->bus;
    chat->search = options->search;
    chat->filter = options->filter;
    chat->limits = options->limits;
    chat->workers = options->workers;
    chat->presences = presences_new(options->limits, options->has_peers);
    chat->presence_calm_us = PRESENCE_CALM_US;
    chat->has_peers = options->has_peers;
    chat->words_of = options->words_of;
    chat->evidence_of = options->evidence_of;
    chat->vote_of = options->vote_of;
    chat->newcomer_memory = newcomer_memory_new();
    chat->pruner = pruner_new(chat);
    for (unsigned w = 0; w < chat->workers; w++)
        home_init(&chat->homes[w], chat);
    chat->listener = (struct bus_listener){.on_news = on_news,
                                           .on_blocks = on_blocks,
                                           .on_presents = on_presents,
                                           .on_presents_asked = on_presents_asked,
                                           .on_alive = on_alive,
                                           .on_handover = on_handover,
                                           .on_handback = on_handback};
    if (chat->has_peers) {
        chat->presence_peers = presence_peers_new(bus_server(chat->bus));
        chat->leaders = leaders_new(bus_server(chat->bus));
        bus_listen(chat->bus, &chat->listener);
    }

    struct key_job work = {.job.run = run_id_key, .chat = chat, .arena = ARENA_INIT};
    int rc = store_write_wait(chat->store, &work.job);
    arena_deinit(&work.arena);
    if (rc == 0)
        rc = server_rules_open(chat);
    if (rc != 0) {
        chat_free(chat);
        return rc;
    }
    *out = chat;
    return 0;
}

void chat_attach(struct chat *chat, unsigned worker, struct inbox *inbox)
{
    REQUIRE(worker < chat->workers);
    chat->homes[worker].inbox = inbox;
}

void chat_free(struct chat *chat)
{
    if (!chat)
        return;
    for (unsigned w = 0; w < chat->workers; w++)
        home_deinit(&chat->homes[w]);
    server_rules_close(chat);
    newcomer_memory_free(chat->newcomer_memory);
    pruner_free(chat->pruner);
    presence_peers_free(chat->presence_peers);
    leaders_free(chat->leaders);
    presences_free(chat->presences);
    xfree(chat);
}

bool chat_has_peers(const struct chat *chat)
{
    return chat->has_peers;
}

uint64_t chat_cluster_id(const struct chat *chat)
{
    return derive_id(chat->id_key, "cluster", sizeof("cluster"));
}

void chat_sweep(struct chat *chat, unsigned worker)
{
    REQUIRE(worker < chat->workers);
    if (chat->has_peers && worker == 0)
        say_alive(chat);
    if (chat->has_peers)
        home_sweep(&chat->homes[worker]);
    if (chat->has_peers)
        server_rules_look(chat, &chat->homes[worker]);
}

void chat_tell_servers(struct chat *chat, unsigned worker)
{
    REQUIRE(worker < chat->workers);
    home_tell_servers(&chat->homes[worker]);
    if (chat->has_peers)
        home_look_at_hands(&chat->homes[worker], clock_monotonic_ms());
}

void chat_stop_leading(struct chat *chat)
{
    bool knew = atomic_exchange(&chat->stopping, true);
    if (chat->has_peers && !knew)
        say_alive(chat);
}

void chat_take_back(struct chat *chat, unsigned worker)
{
    REQUIRE(worker < chat->workers && atomic_load(&chat->stopping));
    if (chat->has_peers)
        home_look_at_hands(&chat->homes[worker], UINT64_MAX);
}

void chat_prune(struct chat *chat)
{
    pruner_look(chat->pruner);
}

void chat_stop_pruning(struct chat *chat)
{
    pruner_stop(chat->pruner);
}

enum err chat_admits_newcomers(struct chat *chat)
{
    return store_admits(chat->store, chat->limits, true);
}

const struct chat_figures *chat_figures(const struct chat *chat, unsigned worker)
{
    REQUIRE(worker < chat->workers);
    return &chat->homes[worker].figures;
}
