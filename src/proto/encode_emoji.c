/* Emoji of the server, as they are listed. */
#include "proto/parts.h"

static void put_former(struct json_writer *w, struct str former)
{
    json_name(w, "former_names");
    json_open(w, '[');
    while (former.len)
        json_put_text(w, str_cut(&former, ' '));
    json_close(w, ']');
}

static void put_emoji(struct json_writer *w, const struct custom_emoji *emoji)
{
    json_open(w, '{');
    json_name(w, "id"), put_id(w, emoji->id);
    json_name(w, "name"), json_put_text(w, emoji->name);
    if (emoji->former.len)
        put_former(w, emoji->former);
    json_name(w, "image"), json_put_text(w, emoji->digest);
    json_name(w, "media_type"), json_put_text(w, image_media_type(emoji->image.type));
    json_name(w, "width"), json_put_u64(w, emoji->image.width);
    json_name(w, "height"), json_put_u64(w, emoji->image.height);
    json_name(w, "animated"), json_put_flag(w, emoji->image.frames > 1);
    json_name(w, "bytes"), json_put_u64(w, emoji->bytes);
    json_name(w, "by"), put_id(w, emoji->by.v);
    json_name(w, "created_at"), put_time(w, emoji->created_at);
    json_close(w, '}');
}

void encode_emoji(struct buf *out, const struct custom_emoji *emoji)
{
    struct json_writer w = json_writer(out);
    put_emoji(&w, emoji);
}

void encode_emoji_list(struct buf *out, const struct custom_emoji_list *list, uint64_t version)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "version"), json_put_u64(&w, version);
    json_name(&w, "emoji");
    json_open(&w, '[');
    for (size_t i = 0; i < list->count; i++)
        put_emoji(&w, &list->items[i]);
    json_close(&w, ']');
    json_close(&w, '}');
}

struct str encode_emoji_details(struct arena *arena, struct str name, struct str new_name)
{
    OWN(buf_deinit) struct buf out = BUF_INIT;
    struct json_writer w = json_writer(&out);
    json_open(&w, '{');
    json_name(&w, "name"), json_put_text(&w, name);
    if (new_name.len)
        json_name(&w, "new_name"), json_put_text(&w, new_name);
    json_close(&w, '}');
    return arena_copy(arena, buf_str(&out));
}
