#include "proto/presence_read.h"

#include <inttypes.h>

#include "core/unicode.h"
#include "model/event.h"
#include "model/reaction.h"
#include "proto/emoji.h"

static void refuse(struct fields *fields, const char *name, struct str detail)
{
    if (fields->problem.err == ERR_OK)
        fields->problem = problem_field(ERR_FIELD_INVALID, str_from_c(name), detail);
}

static enum presence_choice read_choice(struct fields *fields)
{
    struct str name = fields_text(fields, "choice", OPTIONAL, 0, NONCE_MAX);
    if (!name.ptr || str_eq(name, STR("auto")))
        return PRESENCE_AUTO;
    if (str_eq(name, STR("busy")))
        return PRESENCE_BUSY;
    if (str_eq(name, STR("invisible")))
        return PRESENCE_INVISIBLE;
    refuse(fields, "choice", STR("`choice` is `auto`, `busy` or `invisible`"));
    return PRESENCE_AUTO;
}

struct presence presence_read(struct fields *fields, const struct limits *limits, int64_t now)
{
    enum { LONGEST_S = 31536000 };
    struct presence presence = {.choice = read_choice(fields)};
    presence.text = fields_text(fields, "text", OPTIONAL, 0, limits->status_text_bytes);
    if (presence.text.len && !unicode_is_label(presence.text))
        refuse(fields, "text", STR("`text` must have something to see, and no control characters"));
    presence.emoji = fields_text(fields, "emoji", OPTIONAL, 0, EMOJI_BYTES_MAX);
    if (presence.emoji.len && !emoji_is_valid(presence.emoji))
        refuse(fields, "emoji", STR("`emoji` must be one emoji, and nothing else"));
    uint64_t expires = fields_number(fields, "expires_in", OPTIONAL, 1, LONGEST_S, 0);
    if (expires && !presence.text.len && !presence.emoji.len)
        refuse(fields, "expires_in", STR("`expires_in` needs a `text` or an `emoji` that ends"));
    if (expires)
        presence.until = now + (int64_t)expires * 1000;
    return presence;
}
