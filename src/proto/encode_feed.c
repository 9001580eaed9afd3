#include "proto/parts.h"

void put_feed_entry(struct json_writer *w, const struct feed_entry *entry)
{
    json_name(w, "key"), json_put_text(w, entry->key);
    json_name(w, "value"), json_put_raw(w, entry->value);
    json_name(w, "rev"), json_put_u64(w, entry->rev);
}

void encode_feed_entry(struct buf *out, const struct feed_entry *entry)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    put_feed_entry(&w, entry);
    json_close(&w, '}');
}

void encode_feed_entries(struct buf *out, const struct feed_entry_list *entries, struct str next)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "entries");
    json_open(&w, '[');
    for (size_t i = 0; i < entries->count; i++) {
        json_open(&w, '{');
        put_feed_entry(&w, &entries->items[i]);
        json_close(&w, '}');
    }
    json_close(&w, ']');
    put_next(&w, next);
    json_close(&w, '}');
}
