#define NATS_LIBRARY_ITSELF
#include "bus/nats/nats_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base.h"

#define TEXT_OF(number) #number
#define SONAME(major, minor) "libnats.so." TEXT_OF(major) "." TEXT_OF(minor)

struct nats_library nats_library;

static const struct {
    const char *name;
    size_t at; /* in the table */
} functions[] = {
#define X(name) {#name, offsetof(struct nats_library, name)},
    NATS_FUNCTIONS(X)
#undef X
};

static int fail(char *why, size_t size)
{
    snprintf(why, size,
             "NATS's client library cannot be loaded: %s; install Debian's libnats-dev, or the "
             "library alone",
             dlerror());
    return -ENOENT;
}

int nats_library_load(char *why, size_t size)
{
    enum { SPIN_AS_IT_LIKES = -1 };
    struct nats_library *library = &nats_library;
    if (library->handle)
        return 0;
    void *handle = dlopen(SONAME(NATS_VERSION_MAJOR, NATS_VERSION_MINOR), RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return fail(why, size);
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        void *function = dlsym(handle, functions[i].name);
        if (!function) {
            int rc = fail(why, size);
            dlclose(handle);
            return rc;
        }
        memcpy((char *)library + functions[i].at, &function, sizeof(function));
    }
    if (library->nats_Open(SPIN_AS_IT_LIKES) != NATS_OK) {
        dlclose(handle);
        snprintf(why, size, "NATS's client library does not start: is there memory for it?");
        return -ENOMEM;
    }
    library->handle = handle;
    return 0;
}

/* When the process ends libnats frees OpenSSL's list of compressions (which is empty), and OpenSSL frees it again: once
 * there was TLS, that is a crash. So OpenSSL is told that it has none, and the list is freed here, as nobody else has it. */
static void forget_compressions(void *handle)
{
    void *(*set)(void *) = NULL;
    void (*free_list)(const void *) = NULL;
    void *set_found =
        dlsym(handle, "SSL_COMP_set0_compression_methods"); /* in what libnats links */
    void *free_found = dlsym(handle, "OPENSSL_sk_free");
    memcpy(&set, &set_found, sizeof(set));
    memcpy(&free_list, &free_found, sizeof(free_list));
    if (set && free_list)
        free_list(set(NULL));
}

void nats_library_close(int64_t ms)
{
    if (!nats_library.handle)
        return;
    nats_library.nats_CloseAndWait(ms);
    forget_compressions(nats_library.handle);
    nats_library.handle = NULL;
}
