/* Runs a fuzz target over the files of its corpus, once each: a regression test for compilers
 * without libFuzzer. Use: x_fuzz FOLDER */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return -1;
    }
    static uint8_t data[1 << 20];
    size_t size = fread(data, 1, sizeof(data), file);
    fclose(file);

    /* A copy of exactly its size, so that a sanitizer sees one byte too far. */
    uint8_t *input = malloc(size ? size : 1);
    if (!input)
        return -1;
    memcpy(input, data, size);
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "use: %s FOLDER\n", argv[0]);
        return EXIT_FAILURE;
    }
    DIR *folder = opendir(argv[1]);
    if (!folder) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    int count = 0, failed = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (entry->d_name[0] == '.')
            continue;
        count++;
        failed += replay(argv[1], entry->d_name) != 0;
    }
    closedir(folder);
    printf("%d inputs\n", count);
    return count > 0 && !failed ? EXIT_SUCCESS : EXIT_FAILURE;
}
