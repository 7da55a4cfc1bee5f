#include "unsure.h"

#include <string.h>

char law_conf_of_basis(const char *basis)
{
    return !basis                                                         ? 'H'
           : strstr(basis, "（L）")                                       ? 'L'
           : strstr(basis, "（M）")                                       ? 'M'
           : strstr(basis, "（P）") != NULL || strcmp(basis, "内規") == 0 ? 'P'
                                                                          : 'H';
}

bool law_conf_weak(char conf)
{
    return conf == 'M' || conf == 'L';
}

const char *law_conf_word(char conf)
{
    switch (conf) {
    case 'M':
        return "二次の資料";
    case 'L':
        return "推測";
    case 'P':
        return "内規";
    default:
        return "条文";
    }
}

/* An anchor holds letters, digits and hyphens alone: a dot would read as a class in a selector. */
static const char *anchor(char *z)
{
    for (char *c = z; *c; c++)
        *c = *c == '.' || *c == '_' ? '-' : *c;
    return z;
}

const char *law_anchor_act(struct arena *a, enum act_id id)
{
    return anchor(arena_fmt(a, "act-%s", law_act[id].name));
}

/* The pages of clocks have linked to this name as it stands. */
const char *law_anchor_clock(struct arena *a, enum clock_id id)
{
    return arena_fmt(a, "clock-%s", law_clock[id].name);
}

const char *law_anchor_gate(struct arena *a, enum law_gate_id id)
{
    return arena_fmt(a, "gate-%s", law_gate[id].name);
}

const char *law_anchor_release(struct arena *a, size_t row)
{
    return arena_fmt(a, "release-%zu", row + 1);
}

/* Of several values of one name, each has its date. */
const char *law_anchor_param(struct arena *a, size_t row)
{
    return anchor(arena_fmt(a, "param-%s-%zu", law_param[row].name, row + 1));
}

struct found {
    struct law_unsure *v;
    size_t n;
};

static void take(struct found *f, struct law_unsure one)
{
    if (!law_conf_weak(one.conf))
        return;
    if (!one.basis)
        one.basis = "";
    f->v[f->n++] = one;
}

static void clocks_take(struct found *f, struct arena *a)
{
    for (int i = 0; i < CLOCK_COUNT; i++) {
        const struct law_clock *c = &law_clock[i];
        const char *where = law_anchor_clock(a, (enum clock_id)i);
        take(f, (struct law_unsure){UNSURE_CLOCK, c->conf, c->name, c->ja, c->basis, where});
        for (size_t k = 0; k < c->variants; k++)
            take(f, (struct law_unsure){UNSURE_VARIANT, law_conf_of_basis(c->variant[k].basis),
                                        arena_fmt(a, "%s/%s", c->name, c->variant[k].name), c->ja, c->variant[k].basis,
                                        where});
    }
}

static size_t rows_at_most(void)
{
    size_t n = ACT_COUNT + CLOCK_COUNT + GATE_COUNT + law_release_rows + law_params;
    for (int i = 0; i < CLOCK_COUNT; i++)
        n += law_clock[i].variants;
    return n;
}

size_t law_unsure(struct arena *a, struct law_unsure **out)
{
    struct found f = {.v = arena_arr(a, struct law_unsure, rows_at_most())};
    for (int i = 0; i < ACT_COUNT; i++)
        take(&f, (struct law_unsure){UNSURE_ACT, law_conf_of_basis(law_act[i].basis), law_act[i].name, law_act[i].title,
                                     law_act[i].basis, law_anchor_act(a, (enum act_id)i)});
    clocks_take(&f, a);
    for (int i = 0; i < GATE_COUNT; i++)
        take(&f, (struct law_unsure){UNSURE_GATE, law_gate[i].conf, law_gate[i].name, law_gate[i].ja, "",
                                     law_anchor_gate(a, (enum law_gate_id)i)});
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        take(&f, (struct law_unsure){UNSURE_RELEASE, r->conf,
                                     arena_fmt(a, "%s>%s", law_class[r->class].name, law_recipient[r->recipient]),
                                     r->ja, law_basis[r->basis].name, law_anchor_release(a, i)});
    }
    for (size_t i = 0; i < law_params; i++)
        take(&f, (struct law_unsure){UNSURE_PARAM, law_param[i].conf, law_param[i].name, law_param[i].ja,
                                     law_param[i].value, law_anchor_param(a, i)});
    *out = f.v;
    return f.n;
}

static const char *const sort_name[] = {"act", "clock", "clock-variant", "gate", "recipient", "parameter"};
static const char *const sort_ja[] = {"手続", "期限", "期限の別", "施行の日", "提供先", "値"};

json_t *law_unsure_json(void)
{
    struct law_unsure *v;
    struct arena *a = arena_new((size_t)8 << 20);
    size_t n = law_unsure(a, &v);
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s%, s:s}", "sort", sort_name[v[i].sort], "name",
                                              v[i].name, "title", v[i].title ? v[i].title : "", "basis", v[i].basis,
                                              "confidence", &v[i].conf, (size_t)1, "anchor", v[i].anchor));
    arena_free(a);
    return json_pack("{s:s, s:o}", "image", law_image_hash, "rows", list);
}

void law_unsure_print(struct buf *out, bool ja)
{
    struct law_unsure *v;
    struct arena *a = arena_new((size_t)8 << 20);
    size_t n = law_unsure(a, &v);
    for (size_t i = 0; i < n; i++)
        buf_fmt(out, "%c %s\t%s\t%s\t%s\t%s\t/rules#%s\n", v[i].conf,
                ja                 ? law_conf_word(v[i].conf)
                : v[i].conf == 'L' ? "a reading"
                                   : "secondary material",
                ja ? sort_ja[v[i].sort] : sort_name[v[i].sort], v[i].name, v[i].title ? v[i].title : "", v[i].basis,
                v[i].anchor);
    arena_free(a);
}
