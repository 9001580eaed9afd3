#include "auth/session_start.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/random.h"

/* From a header that anybody may write: no controls, and text. */
static struct str clean_user_agent(struct auth_work *work)
{
    struct str agent = work->call->user_agent;
    if (agent.len > work->auth->options.limits->user_agent_bytes)
        agent.len = work->auth->options.limits->user_agent_bytes;
    struct str copy = arena_copy(work->call->arena, agent);
    bool ascii_only = !str_is_utf8(copy); /* cut in a character, too */
    char *chars = (char *)(uintptr_t)copy.ptr;
    for (size_t i = 0; i < copy.len; i++) {
        unsigned char c = (unsigned char)chars[i];
        if (c < ' ' || c == 0x7f || (c >= 0x80 && ascii_only))
            chars[i] = '?';
    }
    return copy;
}

static struct session draw(struct auth_work *work, user_id user)
{
    char address[ADDRESS_TEXT_SIZE];
    struct session session = {
        .id = {random_id()},
        .user = user,
        .generation = 1,
        .created_at = work->now,
        .rotated_at = work->now,
        .user_agent = clean_user_agent(work),
        .address = arena_copy(work->call->arena, address_print(&work->call->peer, address)),
    };
    random_bytes(session.salt, sizeof(session.salt));
    return session;
}

static int by_last_use(const void *a, const void *b)
{
    const struct session *left = a, *right = b;
    return (left->rotated_at > right->rotated_at) - (left->rotated_at < right->rotated_at);
}

/* Somewhat more than allowed are looked at, so that after the limit was lowered the rest go bit by
 * bit with the next sign-ins. */
static int make_room(struct auth_work *work, struct store_conn *conn, user_id user)
{
    enum { MORE = 16 };
    size_t most = work->auth->options.limits->sessions_per_user;
    struct session_list all;
    int rc = store_sessions_of(conn, user, (session_id){0}, work_idle_since(work), most + MORE,
                               work->call->arena, &all);
    if (rc != 0 || all.count < most)
        return rc;
    LIMIT_HIT(work->auth->options.limits, sessions_per_user);
    qsort(all.items, all.count, sizeof(*all.items), by_last_use);
    struct session_list oldest = {all.items, all.count - most + 1};
    for (size_t i = 0; i < oldest.count && rc == 0; i++)
        rc = store_session_end(conn, oldest.items[i].id, work->now);
    work_ends(work, &oldest);
    return rc;
}

int session_start(struct auth_work *work, struct store_conn *conn, user_id user)
{
    int rc = make_room(work, conn, user);
    if (rc != 0)
        return rc;
    work->session = draw(work, user);
    return store_session_create(conn, &work->session);
}

void session_give_tokens(struct auth_work *work, const struct user *user, uint32_t generation)
{
    struct auth *auth = work->auth;
    struct auth_call *call = work->call;
    int64_t now_s = clock_now_ms() / 1000; /* not work->now: hashing may have waited its turn */
    char refresh[REFRESH_TOKEN_SIZE];
    call->user = *user;
    call->access_token =
        jwt_sign(auth_issuer(auth), user->id, work->session.id, now_s, call->arena);
    call->new_refresh_token = arena_copy(
        call->arena, refresh_token_print(auth->keys, &work->session, generation, refresh));
    explicit_bzero(refresh, sizeof(refresh));
    call->expires_in = auth->options.limits->access_token_s;
}
