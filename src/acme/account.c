#include "acme/account.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>

#include "core/base64url.h"
#include "core/private_file.h"

enum { HALF = 32, FILE_BYTES_MAX = 4096 };
_Static_assert((int)ACME_WHY_SIZE >= (int)PRIVATE_FILE_WHY_SIZE, "a sentence about files fits");

struct acme_account {
    EVP_PKEY *key;
    char thumbprint[ACME_THUMBPRINT_LEN + 1];
};

/* ---- the file --------------------------------------------------------------------------------- */

static int no_passphrase(char *into UNUSED, int size UNUSED, int rwflag UNUSED, void *arg UNUSED)
{
    return -1;
}

static EVP_PKEY *parse_key(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
    char group[32] = "";
    size_t len;
    BIO_free(bio);
    if (key && (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1 ||
                strcmp(group, "prime256v1") != 0)) {
        EVP_PKEY_free(key);
        key = NULL;
    }
    ERR_clear_error();
    return key;
}

static int make_key(EVP_PKEY **out, const char *path, char *why)
{
    char *pem;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *bio = BIO_new(BIO_s_secmem());
    REQUIRE(key && bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    long len = BIO_get_mem_data(bio, &pem);
    int rc = private_file_write(path, str_of(pem, (size_t)len), false, why);
    BIO_free(bio);
    if (rc == 0)
        *out = key;
    else
        EVP_PKEY_free(key);
    return rc;
}

static int open_key(EVP_PKEY **out, const char *path, char *why)
{
    OWN(buf_deinit) struct buf text = BUF_INIT;
    int rc = private_file_read(path, FILE_BYTES_MAX, &text, why);
    if (rc == -ENOENT)
        return make_key(out, path, why);
    if (rc != 0)
        return rc;
    *out = parse_key(buf_str(&text));
    if (*out)
        return 0;
    snprintf(why, ACME_WHY_SIZE,
             "%.300s does not hold a P-256 key in PEM; put the right file there, or remove it to "
             "get a new account",
             path);
    return -EINVAL;
}

/* ---- what it says of itself ------------------------------------------------------------------- */

static void put_coordinate(const struct acme_account *account, const char *which, struct buf *out)
{
    BIGNUM *number = NULL;
    uint8_t bytes[HALF];
    char text[BASE64URL_SIZE(HALF)];
    REQUIRE(EVP_PKEY_get_bn_param(account->key, which, &number) == 1);
    REQUIRE(BN_bn2binpad(number, bytes, HALF) == HALF);
    BN_free(number);
    buf_put_str(out, base64url_print(bytes, HALF, text));
}

void acme_account_put_jwk(const struct acme_account *account, struct buf *out)
{
    buf_put_lit(out, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"");
    put_coordinate(account, OSSL_PKEY_PARAM_EC_PUB_X, out);
    buf_put_lit(out, "\",\"y\":\"");
    put_coordinate(account, OSSL_PKEY_PARAM_EC_PUB_Y, out);
    buf_put_lit(out, "\"}");
}

static void set_thumbprint(struct acme_account *account)
{
    OWN(buf_deinit) struct buf jwk = BUF_INIT;
    uint8_t digest[32];
    acme_account_put_jwk(account, &jwk);
    REQUIRE(EVP_Digest(jwk.ptr, jwk.len, digest, NULL, EVP_sha256(), NULL) == 1);
    base64url_print(digest, sizeof(digest), account->thumbprint);
}

struct str acme_account_thumbprint(const struct acme_account *account)
{
    return str_from_c(account->thumbprint);
}

/* OpenSSL gives DER; JOSE wants the two numbers. */
static void split_signature(const uint8_t *der, size_t len, uint8_t out[ACME_SIGNATURE_LEN])
{
    ECDSA_SIG *signature = d2i_ECDSA_SIG(NULL, &der, (long)len);
    REQUIRE(signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature), out, HALF) == HALF &&
            BN_bn2binpad(ECDSA_SIG_get0_s(signature), out + HALF, HALF) == HALF);
    ECDSA_SIG_free(signature);
}

void acme_account_sign(const struct acme_account *account, struct str text,
                       uint8_t out[ACME_SIGNATURE_LEN])
{
    uint8_t der[128];
    size_t len = sizeof(der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    REQUIRE(context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, account->key) == 1 &&
            EVP_DigestSign(context, der, &len, (const unsigned char *)text.ptr, text.len) == 1);
    EVP_MD_CTX_free(context);
    split_signature(der, len, out);
}

int acme_account_open(struct acme_account **out, const char *path, char *why)
{
    OWN(acme_account_free) struct acme_account *account = NEW(struct acme_account);
    int rc = open_key(&account->key, path, why);
    if (rc != 0)
        return rc;
    set_thumbprint(account);
    *out = TAKE(account);
    return 0;
}

void acme_account_free(struct acme_account *account)
{
    if (!account)
        return;
    EVP_PKEY_free(account->key);
    xfree(account);
}
