#define MONGO_LIBRARY_ITSELF
#include "store/mongo/mongo_library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base.h"

struct mongo_library mongo_library;

static const struct {
    const char *name;
    size_t at; /* in the table */
} functions[] = {
#define X(name) {#name, offsetof(struct mongo_library, name)},
    MONGO_FUNCTIONS(X)
#undef X
};

static int fail(char *why, size_t size)
{
    snprintf(why, size,
             "MongoDB's client library cannot be loaded: %s; install Debian's libmongoc-1.0-0",
             dlerror());
    return -ENOENT;
}

/* Errors come back from the functions; the library is not to print as well. */
static void be_silent(mongoc_log_level_t level UNUSED, const char *domain UNUSED,
                      const char *message UNUSED, void *ctx UNUSED)
{
}

int mongo_library_load(char *why, size_t size)
{
    struct mongo_library *library = &mongo_library;
    if (library->handle)
        return 0;
    /* Its counters for tools of its own would be a file that others can read. */
    (void)setenv("MONGOC_DISABLE_SHM", "1", false);
    void *handle = dlopen("libmongoc-1.0.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return fail(why, size);
    for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
        void *function = dlsym(handle, functions[i].name); /* libbson's too: it came along */
        if (!function) {
            int rc = fail(why, size);
            dlclose(handle);
            return rc;
        }
        memcpy((char *)library + functions[i].at, &function, sizeof(function));
    }
    library->handle = handle;
    library->mongoc_log_set_handler(be_silent, NULL);
    library->mongoc_init();
    return 0;
}
