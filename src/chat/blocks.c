#include "chat/blocks.h"

#include <errno.h>

static const struct str prefix = STR_INIT("block:");

bool blocks_key(struct str key, user_id *out)
{
    return str_starts(key, prefix) &&
           base62_parse(str_of(key.ptr + prefix.len, key.len - prefix.len), &out->v);
}

int blocks_of(struct store_conn *conn, user_id user, size_t most, struct arena *arena,
              user_id **out, size_t *count)
{
    struct feed_entry_list entries = {0};
    int rc = store_feed_list(conn, user, prefix, STR_NONE, most, arena, &entries);
    if (rc != 0)
        return rc;
    user_id *users = arena_take_array(arena, entries.count, sizeof(*users));
    *count = 0;
    for (size_t i = 0; i < entries.count; i++) { /* by key, which is the order of ids */
        if (blocks_key(entries.items[i].key, &users[*count]))
            ++*count;
    }
    *out = users;
    return 0;
}

int blocks_has_entry(struct store_conn *conn, user_id user, struct str key, struct arena *arena,
                     bool *out)
{
    struct feed_entry entry;
    int rc = store_feed_get(conn, user, key, arena, &entry);
    *out = rc == 0;
    return rc == -ENOENT ? 0 : rc;
}

static int has_entry_of(struct store_conn *conn, user_id user, const char *family, user_id other,
                        struct arena *arena, bool *out)
{
    char id[BASE62_LEN];
    base62_print(other.v, id);
    return blocks_has_entry(conn, user, arena_printf(arena, "%s:%.*s", family, BASE62_LEN, id),
                            arena, out);
}

int blocks_has(struct store_conn *conn, user_id user, user_id other, struct arena *arena, bool *out)
{
    return has_entry_of(conn, user, "block", other, arena, out);
}

int blocks_has_contact(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
                       bool *out)
{
    return has_entry_of(conn, user, "contact", other, arena, out);
}

int blocks_reach(struct store_conn *conn, user_id user, user_id other, struct arena *arena,
                 bool *out)
{
    bool is_blocked = false, contacts_only = false, is_contact = false;
    int rc = blocks_has(conn, user, other, arena, &is_blocked);
    if (rc == 0)
        rc = blocks_has_entry(conn, user, STR("settings:contacts-only"), arena, &contacts_only);
    if (rc == 0 && contacts_only)
        rc = has_entry_of(conn, user, "contact", other, arena, &is_contact);
    *out = !is_blocked && (!contacts_only || is_contact);
    return rc;
}
