#include "auth/keys.h"

#include <errno.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "auth/key_file.h"
#include "core/base64url.h"

/* RFC 8037, appendix A: the key, its thumbprint and a signature. */
static const char seed_text[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
static const char x_text[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
static const char kid_text[] = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
static const char signed_text[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
static const char signature_text[] =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5B"
    "hVsPt9g7sVvpAr_MuM0KAg";

struct folder {
    char data[64], keys[80], signing[96], mac[96];
};

static int make_folder(void **state)
{
    struct folder *folder = NEW(struct folder);
    snprintf(folder->data, sizeof(folder->data), "/tmp/natternet-keys-XXXXXX");
    if (!mkdtemp(folder->data))
        return -1;
    snprintf(folder->keys, sizeof(folder->keys), "%s/keys", folder->data);
    snprintf(folder->signing, sizeof(folder->signing), "%s/signing.key", folder->keys);
    snprintf(folder->mac, sizeof(folder->mac), "%s/mac.key", folder->keys);
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    struct folder *folder = *state;
    unlink(folder->signing);
    unlink(folder->mac);
    rmdir(folder->keys);
    rmdir(folder->data);
    xfree(folder);
    return 0;
}

static struct keys *example_keys(void)
{
    uint8_t seed[KEYS_SEED_LEN], mac[KEYS_MAC_LEN] = {1};
    size_t len;
    assert_true(base64url_parse(str_from_c(seed_text), seed, sizeof(seed), &len));
    assert_int_equal(len, sizeof(seed));
    return keys_from(seed, mac);
}

static unsigned mode_of(const char *path)
{
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

static void the_example_of_rfc_8037_comes_out(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = example_keys();
    assert_true(str_eq(keys_kid(keys), str_from_c(kid_text)));

    uint8_t signature[KEYS_SIGNATURE_LEN];
    char text[BASE64URL_SIZE(KEYS_SIGNATURE_LEN)];
    keys_sign(keys, str_from_c(signed_text), signature);
    base64url_print(signature, sizeof(signature), text);
    assert_string_equal(text, signature_text);
    assert_true(keys_verify(keys, str_from_c(signed_text), signature));
    assert_false(keys_verify(keys, STR("something else"), signature));
}

static void a_signature_of_which_one_bit_is_another_is_refused(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = example_keys();
    uint8_t signature[KEYS_SIGNATURE_LEN];
    keys_sign(keys, str_from_c(signed_text), signature);
    for (size_t bit = 0; bit < 8 * sizeof(signature); bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(keys_verify(keys, str_from_c(signed_text), signature));
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_true(keys_verify(keys, str_from_c(signed_text), signature));
}

static void what_is_published_is_the_public_half_alone(void **state)
{
    (void)state;
    OWN(keys_free) struct keys *keys = example_keys();
    OWN(buf_deinit) struct buf out = BUF_INIT;
    keys_jwk(keys, &out);
    buf_put_char(&out, '\0');
    assert_non_null(strstr(out.ptr, x_text));
    assert_non_null(strstr(out.ptr, kid_text));
    assert_null(strstr(out.ptr, seed_text));
    assert_null(strstr(out.ptr, "\"d\""));
}

static void keys_are_made_once_and_found_again(void **state)
{
    struct folder *folder = *state;
    char why[KEYS_WHY_SIZE];
    OWN(keys_free) struct keys *first = NULL;
    OWN(keys_free) struct keys *second = NULL;
    assert_int_equal(keys_open(&first, folder->data, why), 0);
    assert_int_equal(mode_of(folder->keys), 0700);
    assert_int_equal(mode_of(folder->signing), 0600);
    assert_int_equal(mode_of(folder->mac), 0600);
    assert_int_equal(keys_open(&second, folder->data, why), 0);
    assert_true(str_eq(keys_kid(first), keys_kid(second)));

    uint8_t one[KEYS_MAC_LEN], other[KEYS_MAC_LEN];
    keys_mac(first, "x", 1, one);
    keys_mac(second, "x", 1, other);
    assert_memory_equal(one, other, sizeof(one));
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    struct folder *folder = *state;
    char why[KEYS_WHY_SIZE];
    struct keys *keys = NULL;
    assert_int_equal(keys_open(&keys, folder->data, why), 0);
    keys_free(TAKE(keys));
    assert_int_equal(chmod(folder->mac, 0640), 0);
    assert_int_equal(keys_open(&keys, folder->data, why), -EPERM);
    assert_null(keys);
    assert_non_null(strstr(why, folder->mac));
    assert_non_null(strstr(why, "chmod 600"));
}

static void a_file_that_is_no_key_is_refused(void **state)
{
    struct folder *folder = *state;
    char why[KEYS_WHY_SIZE];
    struct keys *keys = NULL;
    assert_int_equal(keys_open(&keys, folder->data, why), 0);
    keys_free(TAKE(keys));
    /* The other secret, which has the right length but is of another kind. */
    assert_int_equal(rename(folder->mac, folder->signing), 0);
    assert_int_equal(keys_open(&keys, folder->data, why), -EINVAL);
    assert_non_null(strstr(why, "signing.key"));
    assert_int_equal(truncate(folder->signing, 0), 0);
    assert_int_equal(keys_open(&keys, folder->data, why), -EINVAL);
    assert_int_equal(truncate(folder->signing, 4096), 0);
    assert_int_equal(keys_open(&keys, folder->data, why), -EINVAL);
}

static void a_key_that_is_there_is_never_replaced(void **state)
{
    struct folder *folder = *state;
    char why[KEYS_WHY_SIZE];
    uint8_t secret[KEY_FILE_SECRET_LEN] = {7}, other[KEY_FILE_SECRET_LEN] = {8},
            read[sizeof(secret)];
    assert_int_equal(mkdir(folder->keys, 0700), 0);
    assert_int_equal(key_file_write(folder->mac, "test", secret, why), 0);
    assert_int_equal(key_file_write(folder->mac, "test", other, why), -EEXIST);
    assert_int_equal(key_file_read(folder->mac, "test", read, why), 0);
    assert_memory_equal(read, secret, sizeof(secret));
}

static void a_folder_that_cannot_be_made_is_told(void **state)
{
    (void)state;
    char why[KEYS_WHY_SIZE] = "";
    struct keys *keys = NULL;
    assert_int_equal(keys_open(&keys, "/proc/nothing", why), -ENOENT);
    assert_non_null(strstr(why, "/proc/nothing/keys"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_8037_comes_out),
        cmocka_unit_test(a_signature_of_which_one_bit_is_another_is_refused),
        cmocka_unit_test(what_is_published_is_the_public_half_alone),
        cmocka_unit_test_setup_teardown(keys_are_made_once_and_found_again, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_key_that_others_can_read_is_refused, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_file_that_is_no_key_is_refused, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(a_key_that_is_there_is_never_replaced, make_folder,
                                        remove_folder),
        cmocka_unit_test(a_folder_that_cannot_be_made_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
