#include "proto/parts.h"

/* Within an object that is open. */
static void put_face(struct json_writer *w, const struct user *user, bool to_oneself)
{
    json_name(w, "id"), put_id(w, user->id.v);
    json_name(w, "username"), json_put_text(w, user->username);
    json_name(w, "display_name");
    json_put_text(w, user->display_name.len ? user->display_name : user->username);
    json_name(w, "created_at"), put_time(w, user->created_at);
    if (to_oneself && user->email.len)
        json_name(w, "email"), json_put_text(w, user->email);
    if (to_oneself && user->locale.len)
        json_name(w, "locale"), json_put_text(w, user->locale);
    if (user->admin)
        json_name(w, "admin"), json_put_flag(w, true);
    if (user->deleted)
        json_name(w, "deleted"), json_put_flag(w, true);
}

void put_user(struct json_writer *w, const struct user *user, bool to_oneself)
{
    json_open(w, '{');
    put_face(w, user, to_oneself);
    json_close(w, '}');
}

void put_profile(struct json_writer *w, const struct user *user, bool to_oneself)
{
    json_open(w, '{');
    put_face(w, user, to_oneself);
    if (user->about.len)
        json_name(w, "about"), json_put_text(w, user->about);
    if (user->pronouns.len)
        json_name(w, "pronouns"), json_put_text(w, user->pronouns);
    if (user->time_zone.len)
        json_name(w, "time_zone"), json_put_text(w, user->time_zone);
    json_close(w, '}');
}

void encode_user(struct buf *out, const struct user *user, bool to_oneself)
{
    struct json_writer w = json_writer(out);
    put_profile(&w, user, to_oneself);
}

void encode_users(struct buf *out, const struct user_list *users, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "users");
    json_open(&w, '[');
    for (size_t i = 0; i < users->count; i++)
        put_profile(&w, &users->items[i], false);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_sign_in(struct buf *out, const struct user *user, const struct tokens *tokens)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "user"), put_profile(&w, user, true);
    json_name(&w, "access_token"), json_put_text(&w, tokens->access);
    if (tokens->refresh.len)
        json_name(&w, "refresh_token"), json_put_text(&w, tokens->refresh);
    json_name(&w, "expires_in"), json_put_u64(&w, tokens->expires_in);
    json_close(&w, '}');
}

static void put_session(struct json_writer *w, const struct session *session, session_id current)
{
    int64_t used_at = session->rotated_at ? session->rotated_at : session->created_at;
    json_open(w, '{');
    json_name(w, "id"), put_id(w, session->id.v);
    json_name(w, "created_at"), put_time(w, session->created_at);
    json_name(w, "last_used_at"), put_time(w, used_at);
    json_name(w, "user_agent"), json_put_text(w, session->user_agent);
    json_name(w, "address"), json_put_text(w, session->address);
    json_name(w, "current"), json_put_flag(w, session->id.v == current.v);
    json_close(w, '}');
}

void encode_sessions(struct buf *out, const struct session_list *sessions, session_id current,
                     struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "sessions");
    json_open(&w, '[');
    for (size_t i = 0; i < sessions->count; i++)
        put_session(&w, &sessions->items[i], current);
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}

void encode_invite(struct buf *out, const struct invite *invite)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "code"), json_put_text(&w, invite->code);
    json_name(&w, "uses"), json_put_u64(&w, invite->uses_left);
    json_name(&w, "expires_at"), put_time(&w, invite->expires_at);
    json_close(&w, '}');
}
