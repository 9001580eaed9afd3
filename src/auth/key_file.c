#include "auth/key_file.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>

#include "auth/keys.h"
#include "core/base64url.h"
#include "core/private_file.h"

enum { TEXT_SIZE = 128 };
_Static_assert((int)KEYS_WHY_SIZE >= (int)PRIVATE_FILE_WHY_SIZE, "a sentence about files fits");

static int parse(struct str text, const char *kind, uint8_t *out)
{
    struct str expected = str_from_c(kind);
    if (text.len > 0 && text.ptr[text.len - 1] == '\n')
        text.len--;
    if (!str_eq(str_cut(&text, ':'), expected))
        return -EINVAL;
    size_t len;
    if (!base64url_parse(text, out, KEY_FILE_SECRET_LEN, &len) || len != KEY_FILE_SECRET_LEN)
        return -EINVAL;
    return 0;
}

int key_file_read(const char *path, const char *kind, uint8_t out[KEY_FILE_SECRET_LEN], char *why)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    int rc = private_file_read(path, TEXT_SIZE, &text, why);
    if (rc != 0 && rc != -EFBIG)
        return rc;
    if (rc == 0)
        rc = parse(buf_str(&text), kind, out);
    if (rc == 0)
        return 0;
    snprintf(why, KEYS_WHY_SIZE,
             "%s does not hold a key of kind %s; put the right file there, or remove it: "
             "a new key signs everybody out",
             path, kind);
    return -EINVAL;
}

int key_file_write(const char *path, const char *kind, const uint8_t secret[KEY_FILE_SECRET_LEN],
                   char *why)
{
    char encoded[BASE64URL_SIZE(KEY_FILE_SECRET_LEN)], text[TEXT_SIZE];
    base64url_print(secret, KEY_FILE_SECRET_LEN, encoded);
    int len = snprintf(text, sizeof(text), "%s:%s\n", kind, encoded);
    int rc = private_file_write(path, str_of(text, (size_t)len), false, why);
    sodium_memzero(encoded, sizeof(encoded));
    sodium_memzero(text, sizeof(text));
    return rc;
}
