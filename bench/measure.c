/* Acts, pages, imports and the ledger's verification beside their floors, in a store of 10^3, 10^4 … machines:
 *     build/bench/measure [HIGHEST [PART]]      10^5 if it is not said; PART: page, import, verify or act alone
 * A store grows from one size to the next by acts of 1000 to a transaction. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/collect.h"

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(const double *v)
{
    double x[ROUNDS];
    memcpy(x, v, sizeof x);
    qsort(x, ROUNDS, sizeof *x, by_size);
    return x[ROUNDS / 2];
}

void measure_say(const char *what, size_t subjects, const struct ratio *r)
{
    double q[ROUNDS], cpu[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        q[i] = r->ours[i] / r->floor[i];
        cpu[i] = r->ours_cpu[i] / r->floor_cpu[i];
    }
    printf("%s\t%zu\t%.1f\t%.1f\t%.3f\t%.3f\n", what, subjects, median(r->ours), median(r->floor), median(q),
           median(cpu));
    fflush(stdout);
}

static void at_size(struct place *p, size_t subjects, const char *only)
{
    char store[120], copy[120];
    struct fault f;
    snprintf(store, sizeof store, "%s/partners.db", p->dir);
    snprintf(copy, sizeof copy, "%s/floor.db", p->dir);
    usec_t from = clock_wall()->now(clock_wall());
    size_t more = place_grow(p, subjects);
    fprintf(stderr, "%zu machines: %zu filed in %.1f s\n", subjects, more, place_since(from));
    must(gate_publish(p->g, &f) == E_OK);
    struct stage s = {p, floor_open(store, copy), subjects};
    static const struct {
        const char *name;
        void (*run)(const struct stage *);
    } part[] = {{"page", measure_pages}, {"import", measure_import}, {"verify", measure_verify}, {"act", measure_acts}};
    for (size_t i = 0; i < TB_COUNT(part); i++) /* acts last, as they add machines */
        if (!only || strcmp(only, part[i].name) == 0)
            part[i].run(&s);
    floor_close(s.floor);
}

int main(int argc, char **argv)
{
    static struct place place;
    size_t highest = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    json_set_alloc_funcs(mem_piece, mem_piece_free); /* as the program does */
    place_open(&place);
    for (size_t n = 1000; n <= highest; n *= 10)
        at_size(&place, n, argc > 2 ? argv[2] : NULL);
    place_close(&place);
    return 0;
}
