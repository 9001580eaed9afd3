/* An entry, a zero byte and a text: whatever is an entry finds itself, and a host that is one finds a link to it. */
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "filter/filter.h"
#include "filter/links.h"
#include "json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum filter_verdict judge(struct str name, struct str item, const char *more,
                                 struct str text)
{
    OWN(buf_deinit) struct buf set = BUF_INIT;
    struct json_writer w = json_writer(&set);
    json_open(&w, '{');
    json_put_name(&w, name);
    json_open(&w, '[');
    json_put_text(&w, item);
    json_close(&w, ']');
    buf_printf(&set, "%s}", more);
    struct filter *filter = filter_new(buf_str(&set));
    enum filter_verdict verdict = filter_judge(filter, text);
    filter_unref(filter);
    return verdict;
}

static void look_for_host(struct str written, struct str text)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    static const char more[] = ",\"links\":\"unlisted\"";
    struct str host;
    if (!links_host(written, &arena, &host))
        return;
    (void)judge(STR("hosts"), host, more, text);
    struct str link = arena_printf(&arena, "x https://%.*s/", STR_ARG(host));
    REQUIRE(judge(STR("hosts"), host, more, link) == FILTER_REFUSES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = str_of((const char *)data, size);
    struct str entry = str_cut(&text, '\0');
    look_for_host(entry, text);
    if (!str_is_utf8(entry) || filter_entry_bytes(entry) == 0)
        return 0;
    (void)judge(STR("words"), entry, "", text);
    REQUIRE(judge(STR("words"), entry, "", entry) == FILTER_REFUSES);
    return 0;
}
