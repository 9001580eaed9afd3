#include "model/custom_emoji.h"

struct str image_media_type(enum image_type type)
{
    static const struct str names[] = {[IMAGE_PNG] = STR_INIT("image/png"),
                                       [IMAGE_GIF] = STR_INIT("image/gif"),
                                       [IMAGE_WEBP] = STR_INIT("image/webp")};
    REQUIRE(type > IMAGE_NONE && type < IMAGE_TYPES);
    return names[type];
}

static bool is_of_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

bool emoji_name_is_valid(struct str name)
{
    if (name.len < EMOJI_NAME_MIN || name.len > EMOJI_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (!is_of_name(name.ptr[i]))
            return false;
    return true;
}

bool emoji_is_custom(struct str text, struct str *name)
{
    if (text.len < EMOJI_NAME_MIN + 2 || text.ptr[0] != ':' || text.ptr[text.len - 1] != ':')
        return false;
    *name = str_of(text.ptr + 1, text.len - 2);
    return emoji_name_is_valid(*name);
}

bool custom_emoji_had(const struct custom_emoji *emoji, struct str name)
{
    struct str rest = emoji->former;
    while (rest.len)
        if (str_eq(str_cut(&rest, ' '), name))
            return true;
    return false;
}

/* `first`, where there is one, and behind it the former names without this one. */
static struct str names_without(const struct custom_emoji *emoji, struct str first, struct str name,
                                struct arena *arena)
{
    struct str rest = emoji->former, all = first;
    size_t count = first.len ? 1 : 0;
    while (rest.len && count < EMOJI_FORMER_MOST) {
        struct str one = str_cut(&rest, ' ');
        if (str_eq(one, name) || str_eq(one, first))
            continue;
        all = arena_printf(arena, "%.*s%s%.*s", STR_ARG(all), all.len ? " " : "", STR_ARG(one));
        count++;
    }
    return all;
}

void custom_emoji_rename(struct custom_emoji *emoji, struct str name, struct arena *arena)
{
    emoji->former = names_without(emoji, emoji->name, name, arena);
    emoji->name = name;
}

void custom_emoji_forget(struct custom_emoji *emoji, struct str name, struct arena *arena)
{
    emoji->former = names_without(emoji, STR_NONE, name, arena);
}
