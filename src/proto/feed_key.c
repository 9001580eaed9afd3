#include "proto/feed_key.h"

#include "core/base62.h"
#include "model/event.h"
#include "model/feed.h"
#include "model/report.h"
#include "model/thread.h"

enum { NAME_MAX_LEN = 32 };

/* a-z, digits, . _ - */
static bool is_name(struct str text)
{
    if (text.len == 0 || text.len > NAME_MAX_LEN)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-'))
            return false;
    }
    return true;
}

static bool is_id(struct str text)
{
    uint64_t id;
    return base62_parse(text, &id);
}

/* As messages are named: ROOM.SEQ, in the one form that a number has. */
static bool is_message(struct str text)
{
    uint64_t seq;
    struct str room = str_cut(&text, '.');
    return is_id(room) && text.ptr && str_to_u64(text, &seq) && seq > 0 && seq <= INT64_MAX &&
           text.ptr[0] != '0';
}

/* Where one writes: a room, or the thread under one of its messages. */
static bool is_place(struct str text)
{
    return is_id(text) || is_message(text);
}

/* As messages are told apart before they have a seq: ROOM.NONCE. */
static bool is_unsent(struct str text)
{
    enum { OWN_NONCE_MOST = 40 }; /* what FEED_KEY_MAX leaves it */
    struct str room = str_cut(&text, '.');
    return is_id(room) && text.ptr && text.len <= OWN_NONCE_MOST && nonce_is_valid(text);
}

/* A room whose moderators decide, or the server. */
static bool is_queue(struct str text)
{
    return is_id(text) || str_eq(text, STR("server"));
}

static const struct family {
    struct str prefix;
    bool (*fits)(struct str name);
} families[] = {
    {STR_INIT("settings:"), is_name}, /* of the person, on all devices */
    {STR_INIT("room:"), is_id},       /* mute, favourite, archive, notification level, folder */
    {STR_INIT("draft:"), is_place},
    {STR_INIT("saved:"), is_message},
    {STR_INIT("hidden:"), is_message}, /* deleted for oneself */
    {STR_INIT("contact:"), is_id},     /* nickname, notes */
    {STR_INIT("block:"), is_id},
    {STR_INIT("folder:"), is_name},
    {FEED_SCHEDULED, is_unsent},
    {FEED_THREAD, is_message},
    {FEED_REPORT, is_id},     /* how it stands with what one reported: put by the server, */
    {FEED_REPORTS, is_queue}, /* as is how many are open, of which one decides */
};
const struct str feed_key_families = STR_INIT(
    "settings:NAME, room:ROOM, draft:ROOM, draft:ROOM.SEQ, saved:ROOM.SEQ, "
    "hidden:ROOM.SEQ, contact:USER, "
    "block:USER, folder:NAME, scheduled:ROOM.NONCE, thread:ROOM.SEQ, report:ID, reports:ROOM");

static const struct family *family_of(struct str key)
{
    for (size_t i = 0; i < ARRAY_LEN(families); i++)
        if (str_starts(key, families[i].prefix))
            return &families[i];
    return NULL;
}

bool feed_key_is_valid(struct str key)
{
    const struct family *family = family_of(key);
    if (!family || key.len > FEED_KEY_MAX)
        return false;
    return family->fits(str_of(key.ptr + family->prefix.len, key.len - family->prefix.len));
}

struct str feed_key_family(struct str key)
{
    const struct family *family = family_of(key);
    REQUIRE(family);
    return family->prefix;
}

bool feed_key_is_put_by_server(struct str key)
{
    static const struct str report = FEED_REPORT, reports = FEED_REPORTS;
    return str_starts(key, report) || str_starts(key, reports);
}

bool feed_family_is_known(struct str prefix)
{
    const struct family *family = family_of(prefix);
    return family && prefix.len == family->prefix.len;
}
