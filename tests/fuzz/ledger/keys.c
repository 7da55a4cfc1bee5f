#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const struct note_key *fuzz_key(void)
{
    static struct note_key *key;
    char dir[] = "/tmp/tbfuzzkey.XXXXXX", path[64], pub[80];
    struct rng_seeded rng;
    struct fault f;
    if (key)
        return key;
    must(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/key", dir);
    snprintf(pub, sizeof pub, "%s.pub", path);
    rng_seed(&rng, SL("fuzz"));
    must(note_key_make(path, "fuzz.example/log", &rng.r, &f) == E_OK && note_key_load(&key, path, &f) == E_OK);
    must(unlink(path) == 0 && unlink(pub) == 0 && rmdir(dir) == 0);
    return key;
}

const struct note_verifier *fuzz_verifier(void)
{
    return note_key_public(fuzz_key());
}
