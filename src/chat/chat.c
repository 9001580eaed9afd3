#include "chat/chat.h"

#include <errno.h>

#include "chat/chat_internal.h"
#include "core/random.h"
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

int chat_new(struct chat **out, const struct chat_options *options)
{
    struct chat *chat = xcalloc(1, sizeof(*chat) + options->workers * sizeof(struct home));
    chat->store = options->store;
    chat->bus = options->bus;
    chat->search = options->search;
    chat->limits = options->limits;
    chat->workers = options->workers;
    chat->presences = presences_new(options->limits);
    for (unsigned w = 0; w < chat->workers; w++)
        home_init(&chat->homes[w], chat);

    struct key_job work = {.job.run = run_id_key, .chat = chat, .arena = ARENA_INIT};
    int rc = store_write_wait(chat->store, &work.job);
    arena_deinit(&work.arena);
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
    presences_free(chat->presences);
    xfree(chat);
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
