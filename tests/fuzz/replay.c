/* A fuzz target's corpus as ordinary test cases: each file of the folder in argv[1] is fed once. TAP. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/world.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_file(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    struct dirent **name;
    int n = argc > 1 ? scandir(argv[1], &name, is_file, alphasort) : -1;
    if (n <= 0) {
        printf("1..1\nnot ok 1 - the corpus has inputs\n");
        return 1;
    }
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        struct arena *a = arena_new((size_t)16 << 20);
        struct fault f = {0};
        slice s;
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], name[i]->d_name);
        bool read = file_read(a, path, (size_t)8 << 20, &s, &f) == E_OK;
        fflush(stdout);
        if (read)
            LLVMFuzzerTestOneInput((const uint8_t *)s.p,
                                   s.n); /* a fault in it ends the program, and with it the test */
        printf("%s %d - %s is read without harm\n", read ? "ok" : "not ok", i + 1, name[i]->d_name);
        arena_free(a);
        free(name[i]);
    }
    free(name);
    return 0;
}
