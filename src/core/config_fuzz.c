/* A file of settings: whatever is in it, loading ends with settings that hold together or with a
 * sentence that says what to do. */
#include "core/config.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32], flag[] = "--config", *argv[] = {flag, path}, said[512] = "";
    int fd = memfd_create("settings", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    FILE *err = fmemopen(said, sizeof(said), "w");
    REQUIRE(err);
    struct config config;
    int rc = config_load(&config, ARRAY_LEN(argv), argv, err);
    fclose(err);
    close(fd);
    REQUIRE(rc == 0 ? !said[0] : rc == -EINVAL && said[0]);
    if (rc == 0) {
        REQUIRE(config.workers >= 1 && config.signup != SIGNUP_AUTO);
        REQUIRE(!config.tls_cert == !config.tls_key);
    }
    config_deinit(&config);
    return 0;
}
