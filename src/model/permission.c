#include "model/permission.h"

#include "core/base.h"

enum { BITS = 3 };
_Static_assert((int)PERMISSION_COUNT <= (int)PERMISSION_MOST, "they fit into what is stored");

static const struct line {
    struct str name;
    enum role role, least;
    bool direct;
} lines[PERMISSION_COUNT] = {
#define X(name, text, role, least, direct, doc)                                                    \
    [PERMISSION_##name] = {STR_INIT(text), ROLE_##role, ROLE_##least, direct},
    PERMISSION_LIST(X)
#undef X
};

static const struct {
    struct str name;
    int rank;
} roles[] = {
    [ROLE_NONE] = {STR_INIT(""), 0},         [ROLE_GUEST] = {STR_INIT("guest"), 1},
    [ROLE_MEMBER] = {STR_INIT("member"), 2}, [ROLE_MODERATOR] = {STR_INIT("moderator"), 3},
    [ROLE_ADMIN] = {STR_INIT("admin"), 4},   [ROLE_OWNER] = {STR_INIT("owner"), 5},
};

/* ---- roles ----------------------------------------------------------------------------------- */

struct str role_name(enum role role)
{
    REQUIRE(role > ROLE_NONE && role < ARRAY_LEN(roles));
    return roles[role].name;
}

enum role role_of(struct str name)
{
    for (size_t i = ROLE_NONE + 1; i < ARRAY_LEN(roles); i++)
        if (str_eq(roles[i].name, name))
            return (enum role)i;
    return ROLE_NONE;
}

bool role_is_above(enum role role, enum role other)
{
    return roles[role].rank > roles[other].rank;
}

/* ---- the table ------------------------------------------------------------------------------- */

struct str permission_name(enum permission permission)
{
    return lines[permission].name;
}

enum role permission_set(uint64_t set, enum permission permission)
{
    uint64_t role = set >> (BITS * permission) & ((1u << BITS) - 1);
    return role < ARRAY_LEN(roles) ? (enum role)role : ROLE_OWNER;
}

enum role permission_role(uint64_t set, enum permission permission)
{
    enum role role = permission_set(set, permission);
    return role == ROLE_NONE ? lines[permission].role : role;
}

bool permission_can_be(enum permission permission, enum role role)
{
    return role != ROLE_NONE && !role_is_above(lines[permission].least, role);
}

uint64_t permission_put(uint64_t set, enum permission permission, enum role role)
{
    uint64_t mask = (uint64_t)((1u << BITS) - 1) << (BITS * permission);
    return (set & ~mask) | (uint64_t)role << (BITS * permission);
}

uint64_t permission_merge(uint64_t set, uint64_t change)
{
    for (int permission = 0; permission < PERMISSION_COUNT; permission++) {
        enum role role = permission_set(change, (enum permission)permission);
        if (role != ROLE_NONE)
            set = permission_put(set, (enum permission)permission, role);
    }
    return set;
}

bool room_permits(const struct room *room, enum role role, enum permission permission)
{
    if (role == ROLE_NONE)
        return false;
    if (room->kind == ROOM_DIRECT)
        return lines[permission].direct;
    return !role_is_above(permission_role(room->permissions, permission), role);
}
