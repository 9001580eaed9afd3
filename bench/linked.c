/* linked - the program that the empty server is held against: it links the same libraries, says
 * that it is there and waits to be ended. */
#include <openssl/ssl.h>
#include <seccomp.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unicode/uchar.h>
#include <unicode/uspoof.h>
#include <unistd.h>
#include <yyjson.h>
#include <zlib.h>

/* One function of each, so that none is left out; volatile, so that none is called. */
static const void *const volatile used[] = {SSL_CTX_new, seccomp_init, sodium_init,    sqlite3_open,
                                            u_tolower,   uspoof_open,  yyjson_version, zlibVersion};

int main(void)
{
    size_t there = 0;
    for (size_t at = 0; at < sizeof used / sizeof *used; at++)
        there += used[at] != NULL;
    fprintf(stderr, "listening nowhere, with %zu libraries\n", there);
    pause();
    return 0;
}
