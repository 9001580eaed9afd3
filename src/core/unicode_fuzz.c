/* Names of any script: folding what is folded changes nothing, names that are the same look the
 * same, and what may be a name is UTF-8 that folds to something. Input: the text. */
#include "core/unicode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWN(arena_deinit) struct arena arena = ARENA_INIT;
    struct str text = str_of((const char *)data, size), fold, again, looks, fold_looks;
    bool is_text = str_is_utf8(text);
    REQUIRE(unicode_fold(text, &arena, &fold) == is_text);
    REQUIRE(unicode_skeleton(text, &arena, &looks) == is_text);
    bool name = unicode_is_username(text, 3, 32), label = unicode_is_label(text);
    bool blank = unicode_is_blank(text);
    REQUIRE(is_text || (!name && !label && !blank));
    if (!is_text)
        return 0;
    REQUIRE(unicode_fold(fold, &arena, &again) && str_eq(fold, again));
    REQUIRE(unicode_skeleton(fold, &arena, &fold_looks));
    REQUIRE(!name || (fold.len > 0 && looks.len > 0 && label));
    REQUIRE(!blank || (!label && !name));
    return 0;
}
