/* scn [--pg] STORY…: tells stories, one TAP case each; --pg: on the server that TOBUHI_TEST_PG names (tests/lib/pg.sh).
 * scn --drop-list: one line for each act row, condition and clock mark of src/law/acts.def.
 * scn [--shard K/N] --drops STORY…: each of those taken away in turn; a story must notice.
 * scn --drop-row N STORY…: one of them; ends with 0 if a story notices. */
#include "scn.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/analyse.h"
#include "collect/collect.h"

#define STORIES_MAX 100

struct drop_item {
    struct law_drop drop;
    char text[200];
};

struct suite {
    const char *const *path;
    size_t n;
    struct scn_result *r; /* of the run without a drop */
};

/* --- what can be dropped --- */
static void tick_text(const struct law_act *a, const struct law_tick *t, char *out, size_t room)
{
    static const char op[] = {[CLOCK_START] = '+', [CLOCK_MEET] = '-', [CLOCK_CANCEL] = 'x', [CLOCK_RESTART] = '~'};
    const char *when = t->when == WHEN_TO ? ">" : t->when == WHEN_FROM ? "<" : "";
    snprintf(out, room, "%s clock %c%s%s%s", a->name, op[t->op], law_clock[t->clock].name, when,
             *when ? law_state_name[t->state] : "");
}

static size_t drop_items(struct drop_item **out)
{
    size_t n = 0, room = 0;
    for (int a = 0; a < ACT_COUNT; a++)
        room += 1 + law_act[a].conds + law_act[a].ticks;
    struct drop_item *v = calloc(room, sizeof *v);
    must(v);
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *a = &law_act[i];
        v[n].drop = (struct law_drop){(enum act_id)i, DROP_ROW, 0};
        snprintf(v[n++].text, sizeof v->text, "%s the whole row", a->name);
        for (size_t k = 0; k < a->conds; k++) {
            const struct law_cond *c = &a->cond[k];
            v[n].drop = (struct law_drop){(enum act_id)i, DROP_COND, k};
            snprintf(v[n++].text, sizeof v->text, "%s cond %s%s%s%s", a->name, law_pred[c->pred].name,
                     c->act ? "(" : "", c->act ? c->act : "", c->act ? ")" : "");
        }
        for (size_t k = 0; k < a->ticks; k++) {
            v[n].drop = (struct law_drop){(enum act_id)i, DROP_TICK, k};
            tick_text(a, &a->tick[k], v[n].text, sizeof v->text);
            n++;
        }
    }
    *out = v;
    return n;
}

/* --- telling --- */
static const char *base_name(const char *path)
{
    const char *s = strrchr(path, '/');
    return s ? s + 1 : path;
}

static bool tell_all(struct suite *s, const char *pg, bool tap)
{
    struct scn_config c = {.pg = pg, .drop.act = ACT_COUNT};
    bool ok = true;
    if (tap)
        printf("1..%zu\n", s->n);
    for (size_t i = 0; i < s->n; i++) {
        struct scn_result *r = &s->r[i];
        scn_run(s->path[i], &c, r);
        ok = ok && r->ok;
        if (tap)
            printf("%sok %zu - %s %s (%zu leaves)\n", r->ok ? "" : "not ", i + 1, base_name(s->path[i]), r->title,
                   r->acts);
        if (!r->ok)
            fprintf(tap ? stdout : stderr, "# %s:%zu: %s\n", r->file, r->line, r->what);
        fflush(stdout);
    }
    return ok;
}

/* Whether a story is likely to notice: it expects a refusal by just that condition. */
static bool likely(const struct scn_result *r, const struct law_drop *d)
{
    return d->part == DROP_COND && r->refused[d->act][law_act[d->act].cond[d->index].pred];
}

/* Runs what touches the row, the likely ones first; the first story that fails has noticed. */
static bool noticed(const struct suite *s, const struct law_drop *d, struct scn_result *r)
{
    struct scn_config c = {.drop = *d};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < s->n; i++) {
            if (!s->r[i].touched[d->act] || likely(&s->r[i], d) != (pass == 0))
                continue;
            scn_run(s->path[i], &c, r);
            if (!r->ok)
                return true;
        }
    return false;
}

static int tell_drops(struct suite *s, size_t shard, size_t shards)
{
    struct drop_item *item;
    size_t n = drop_items(&item), cases = 0, k = 0;
    bool all = true;
    if (!tell_all(s, NULL, false)) {
        printf("1..1\nnot ok 1 - every story comes true when nothing is dropped\n");
        free(item);
        return 1;
    }
    for (size_t i = shard; i < n; i += shards)
        cases++;
    printf("1..%zu\n", cases);
    for (size_t i = shard; i < n; i += shards) {
        struct scn_result r = {0};
        bool ok = noticed(s, &item[i].drop, &r);
        all = all && ok;
        if (ok)
            printf("ok %zu - dropped %s is noticed by %s:%zu\n", ++k, item[i].text, r.file, r.line);
        else
            printf("not ok %zu - dropped %s is noticed (--drop-row %zu)\n", ++k, item[i].text, i);
        fflush(stdout);
    }
    free(item);
    return all ? 0 : 1;
}

static int tell_drop(struct suite *s, size_t at)
{
    struct drop_item *item;
    struct scn_result r = {0};
    size_t n = drop_items(&item);
    bool ok = at < n && tell_all(s, NULL, false) && noticed(s, &item[at].drop, &r);
    if (at >= n)
        fprintf(stderr, "--drop-row takes 0 to %zu (see --drop-list)\n", n - 1);
    else if (ok)
        printf("dropped %s: noticed by %s:%zu: %s\n", item[at].text, r.file, r.line, r.what);
    else
        printf("dropped %s: no story notices\n", item[at].text);
    free(item);
    return ok ? 0 : 1;
}

static int list_drops(void)
{
    struct drop_item *item;
    size_t n = drop_items(&item);
    for (size_t i = 0; i < n; i++)
        printf("%zu %s\n", i, item[i].text);
    free(item);
    return 0;
}

static int usage(void)
{
    fprintf(
        stderr,
        "usage: scn [--pg] STORY.scn… | --drop-list | [--shard K/N] --drops STORY.scn… | --drop-row N STORY.scn…\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct suite s = {0};
    const char *pg = NULL;
    size_t shard = 0, shards = 1;
    int64_t row = -1;
    bool drops = false;
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        if (!strcmp(argv[i], "--drop-list"))
            return list_drops();
        if (!strcmp(argv[i], "--drops"))
            drops = true;
        else if (!strcmp(argv[i], "--pg") && (pg = getenv("TOBUHI_TEST_PG")))
            continue;
        else if (i + 1 == argc)
            return usage();
        else if (!strcmp(argv[i], "--drop-row") && sl_int(sl(argv[i + 1]), &row))
            i++;
        else if (!strcmp(argv[i], "--shard") && sscanf(argv[i + 1], "%zu/%zu", &shard, &shards) == 2 && shards > 0 &&
                 shard > 0 && shard <= shards) {
            shard--;
            i++;
        } else
            return usage();
    }
    if (i == argc || argc - i > STORIES_MAX)
        return usage();
    s.path = (const char *const *)&argv[i];
    s.n = (size_t)(argc - i);
    s.r = calloc(s.n, sizeof *s.r);
    must(s.r);
    log_level(-1); /* what the gate logs of a story that goes wrong is not the answer */
    collect_effects();
    analyse_effects();
    int rc = row >= 0                 ? tell_drop(&s, (size_t)row)
             : drops                  ? tell_drops(&s, shard, shards)
             : tell_all(&s, pg, true) ? 0
                                      : 1;
    free(s.r);
    return rc;
}
