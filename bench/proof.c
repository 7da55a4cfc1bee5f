/* `ledger verify`: leaves a second, beside SHA-256 alone over the same leaves and as many inner nodes. */
#include "measure.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

static void hash(EVP_MD_CTX *c, unsigned char tag, const void *p, size_t n, unsigned char out[32])
{
    must(EVP_DigestInit_ex(c, NULL, NULL) && EVP_DigestUpdate(c, &tag, 1) && EVP_DigestUpdate(c, p, n) &&
         EVP_DigestFinal_ex(c, out, NULL));
}

static double bare(const struct floor_entries *e)
{
    unsigned char out[32], two[64] = {0};
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    must(c && EVP_DigestInit_ex(c, EVP_sha256(), NULL));
    usec_t from = clock_wall()->now(clock_wall());
    const char *p = e->text;
    for (size_t i = 0; i < e->n; p += e->len[i++])
        hash(c, 0, p, e->len[i], out);
    for (size_t i = 1; i < e->n; i++) { /* a tree of n leaves has n - 1 inner nodes */
        memcpy(two, out, sizeof out);
        hash(c, 1, two, sizeof two, out);
    }
    double s = place_since(from);
    EVP_MD_CTX_free(c);
    return s;
}

void measure_verify(const struct stage *s)
{
    struct ratio r;
    struct fault f;
    struct ledger_report rep;
    must(gate_publish(s->place->g, &f) == E_OK);
    struct floor_entries e = floor_entries(s->floor);
    for (int i = 0; i < ROUNDS; i++) {
        double cpu = place_cpu();
        r.floor[i] = (double)e.n / bare(&e);
        r.floor_cpu[i] = (double)e.n / (place_cpu() - cpu);
        cpu = place_cpu();
        usec_t from = clock_wall()->now(clock_wall());
        must(gate_verify(gate_config_of(s->place->g), &rep, &f) == E_OK && rep.ok);
        r.ours[i] = (double)e.n / place_since(from);
        r.ours_cpu[i] = (double)e.n / (place_cpu() - cpu);
    }
    free(e.text);
    free(e.len);
    measure_say("verify", s->subjects, &r);
}
