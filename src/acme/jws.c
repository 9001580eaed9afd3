#include "acme/jws.h"

#include "core/base64url.h"
#include "json/writer.h"

static void put_base64url(struct buf *out, const void *data, size_t len)
{
    size_t size = BASE64URL_SIZE(len);
    struct str text = base64url_print(data, len, buf_reserve(out, size));
    out->len += text.len;
}

static void put_protected(const struct acme_account *account, const struct acme_jws *jws,
                          struct buf *out)
{
    struct json_writer w = json_writer(out);
    json_open(&w, '{');
    json_name(&w, "alg"), json_put_text(&w, STR("ES256"));
    json_name(&w, "nonce"), json_put_text(&w, jws->nonce);
    json_name(&w, "url"), json_put_text(&w, jws->url);
    if (jws->kid.len) {
        json_name(&w, "kid"), json_put_text(&w, jws->kid);
    } else {
        OWN(buf_deinit) struct buf jwk = BUF_INIT;
        acme_account_put_jwk(account, &jwk);
        json_name(&w, "jwk"), json_put_raw(&w, buf_str(&jwk));
    }
    json_close(&w, '}');
}

void acme_jws_put(const struct acme_account *account, const struct acme_jws *jws, struct buf *out)
{
    OWN(buf_deinit) struct buf head = BUF_INIT;
    OWN(buf_deinit) struct buf signing = BUF_INIT;
    uint8_t signature[ACME_SIGNATURE_LEN];
    put_protected(account, jws, &head);
    put_base64url(&signing, head.ptr, head.len);
    size_t head_len = signing.len;
    buf_put_char(&signing, '.');
    put_base64url(&signing, jws->payload.ptr, jws->payload.len);
    acme_account_sign(account, buf_str(&signing), signature);

    buf_put_lit(out, "{\"protected\":\"");
    buf_put(out, signing.ptr, head_len);
    buf_put_lit(out, "\",\"payload\":\"");
    buf_put(out, signing.ptr + head_len + 1, signing.len - head_len - 1);
    buf_put_lit(out, "\",\"signature\":\"");
    put_base64url(out, signature, sizeof(signature));
    buf_put_lit(out, "\"}");
}
