/* Durable acts a second through the gate: one after another, eight people at once, 200 in one job. */
#include "measure.h"

#include <pthread.h>

#define SINGLE 100
#define PEOPLE 8
#define EACH   30
#define BULK   200
#define BULKS  2

static void one(struct place *p, unsigned n)
{
    struct gate_ans a;
    json_t *in = place_asset(n);
    gate_act(p->g, &(struct gate_req){.act = ACT_asset_record, .actor = place_filer(p, n), .in = in}, &a);
    must(a.err == E_OK);
    json_decref(in);
}

static void singly(struct place *p)
{
    for (int i = 0; i < SINGLE; i++)
        one(p, p->serial++);
}

struct person {
    struct place *p;
    unsigned first;
};
static void *files(void *ud)
{
    struct person *x = ud;
    for (unsigned i = 0; i < EACH; i++)
        one(x->p, x->first + i);
    return NULL;
}
static void together(struct place *p)
{
    pthread_t t[PEOPLE];
    struct person x[PEOPLE];
    for (int i = 0; i < PEOPLE; i++) {
        x[i] = (struct person){p, p->serial};
        p->serial += EACH;
        must(pthread_create(&t[i], NULL, files, &x[i]) == 0);
    }
    for (int i = 0; i < PEOPLE; i++)
        pthread_join(t[i], NULL);
}

static void in_bulk(struct place *p)
{
    for (int i = 0; i < BULKS; i++)
        place_file(p, BULK);
}

static void measure(const struct stage *s, const char *what, void (*run)(struct place *), double acts)
{
    struct ratio r;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t commits = gate_commits(s->place->g);
        double cpu = place_cpu();
        usec_t from = clock_wall()->now(clock_wall());
        run(s->place);
        r.ours[i] = acts / place_since(from);
        r.ours_cpu[i] = acts / (place_cpu() - cpu);
        commits = gate_commits(s->place->g) - commits;
        must((double)floor_take(s->floor) == acts);
        cpu = place_cpu();
        r.floor[i] = acts / floor_put(s->floor, acts / (double)commits);
        r.floor_cpu[i] = acts / (place_cpu() - cpu);
    }
    measure_say(what, s->subjects, &r);
}

void measure_acts(const struct stage *s)
{
    measure(s, "act-1", singly, SINGLE);
    measure(s, "act-8", together, PEOPLE * EACH);
    measure(s, "act-200", in_bulk, BULK * BULKS);
}
