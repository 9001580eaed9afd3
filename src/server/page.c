#include "server/page.h"

#include "server/web_assets.h"

/* Nothing but our own files runs, loads or frames the page (CSP Level 3). Pictures may also be made
 * by the page itself. What it has in common with every answer is api's to say. */
static const struct http_header headers[] = {
    {STR_INIT("Content-Security-Policy"),
     STR_INIT(
         "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
         "font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; "
         "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")},
    {STR_INIT("Cross-Origin-Opener-Policy"), STR_INIT("same-origin")},
    {STR_INIT("Permissions-Policy"),
     STR_INIT("camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), "
              "payment=(), publickey-credentials-get=(), serial=(), usb=()")},
};

struct static_files page_files(void)
{
    return (struct static_files){.files = web_assets,
                                 .count = web_assets_count,
                                 .headers = headers,
                                 .header_count = ARRAY_LEN(headers)};
}
