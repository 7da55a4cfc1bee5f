#include "words.h"

#include <stdio.h>
#include <string.h>

#define HOUR (3600 * USEC)
#define DAY  (24 * HOUR)

slice words_day(struct arena *a, day_t d)
{
    char day[64];
    day_ja(d, day);
    return arena_sl(a, sl(day));
}

slice words_full(struct arena *a, usec_t t)
{
    char day[64], hm[6];
    day_ja(day_of_instant(t), day);
    instant_hm(t, hm);
    return sl(arena_fmt(a, "%s%s", day, hm));
}

slice words_when(struct arena *a, usec_t t, usec_t now)
{
    int y, m, d, ny, nm, nd;
    char hm[6];
    day_t day = day_of_instant(t);
    day_parts(day, &y, &m, &d);
    day_parts(day_of_instant(now), &ny, &nm, &nd);
    instant_hm(t, hm);
    if (day == day_of_instant(now))
        return sl(arena_fmt(a, "今日 %s", hm));
    return sl(y == ny ? arena_fmt(a, "%d月%d日 %s", m, d, hm) : arena_fmt(a, "%d年%d月%d日 %s", y, m, d, hm));
}

slice words_iso(struct arena *a, usec_t t)
{
    char iso[33];
    instant_iso(t, iso);
    return sl(arena_fmt(a, "%.16s+09:00", iso));
}

slice words_span(struct arena *a, usec_t span)
{
    int64_t min = (span < 0 ? -span : span) / (60 * USEC);
    if (min >= 100 * 60)
        return sl(arena_fmt(a, "%" PRId64 "日", min / (24 * 60)));
    return sl(arena_fmt(a, "%" PRId64 ":%02d", min / 60, (int)(min % 60)));
}

slice words_hash(struct arena *a, slice hex, size_t n)
{
    struct buf b = BUF(200);
    for (size_t i = 0; i < hex.n && i < n; i++) {
        if (i && i % 4 == 0)
            buf_chr(&b, ' ');
        buf_chr(&b, hex.p[i]);
    }
    slice s = arena_sl(a, buf_slice(&b));
    buf_free(&b);
    return s;
}

/* --- states --- */
static bool leads_there(const struct law_act *act, enum state_id s, bool negative)
{
    for (size_t i = 0; i < act->tos; i++)
        if (act->to[i].state == s && act->to[i].negative == negative)
            return true;
    return false;
}

bool words_state_negative(enum kind_id k, enum state_id s)
{
    bool refusing = false;
    for (int i = 0; i < ACT_COUNT; i++) {
        if (law_act[i].kind != k)
            continue;
        if (leads_there(&law_act[i], s, false))
            return false;
        refusing = refusing || leads_there(&law_act[i], s, true);
    }
    return refusing;
}

/* Another person's decision is what the state waits for. */
static bool waits_for_second(enum kind_id k, enum state_id s)
{
    for (int i = 0; i < ACT_COUNT; i++) {
        const struct law_act *act = &law_act[i];
        bool here = false, second = false;
        if (act->kind != k)
            continue;
        for (size_t f = 0; f < act->froms; f++)
            here = here || act->from[f] == s;
        for (size_t c = 0; c < act->conds; c++)
            second = second || act->cond[c].pred == P_second;
        if (here && second)
            return true;
    }
    return false;
}

struct words_state words_state(enum kind_id k, enum state_id s)
{
    const struct law_state *x = law_state_of(k, s);
    struct words_state w = {.word = sl(x ? x->ja : ""), .icon = ICON_DOING};
    if (words_state_negative(k, s)) {
        w.icon = ICON_NO;
        w.css = SL("st--no");
    } else if (x && x->sort != STATE_PASSING) {
        w.icon = ICON_DONE;
        w.css = SL("st--done");
    } else if (waits_for_second(k, s)) {
        w.icon = ICON_WAIT;
        w.css = SL("st--soon");
    }
    return w;
}

/* --- clocks --- */
static const struct law_variant *variant_of(enum clock_id id, slice name)
{
    if (id == CLOCK_COUNT)
        return NULL;
    for (size_t i = 0; i < law_clock[id].variants; i++)
        if (sl_is(name, law_clock[id].variant[i].name ? law_clock[id].variant[i].name : ""))
            return &law_clock[id].variant[i];
    return law_clock[id].variants ? &law_clock[id].variant[0] : NULL;
}

/* The seconds of one level: when it becomes amber, red, late. */
static bool marks_of(const struct law_variant *v, day_t today, int64_t mark[3])
{
    slice rest, word;
    if (!v || !v->level)
        return false;
    rest = law_param_value(v->level, today);
    for (int i = 0; i < 3; i++) {
        sl_cut(sl_trim(rest), ' ', &word, &rest);
        if (!sl_int(word, &mark[i]))
            return false;
    }
    return true;
}

static usec_t time_of(const struct gate_row *row, enum name_id n)
{
    return row->f[n].t == VAL_INT ? row->f[n].i : 0;
}

static void say(struct words_clock *w, enum words_level level, const char *word, const char *css, enum icon icon)
{
    w->level = level;
    w->word = sl(word);
    w->css = sl(css);
    w->icon = icon;
}

static void clock_dated(struct arena *a, struct words_clock *w, usec_t now)
{
    w->value = sl(arena_fmt(a, "%s " PRIs, now < w->due ? "残り" : "超過", ARGs(words_span(a, w->due - now))));
    if (now >= w->due)
        say(w, WORDS_LATE, "期限超過", "st--late", ICON_LATE);
    else if (w->due - now <= 2 * HOUR)
        say(w, WORDS_SOON, "まもなく", "st--soon", ICON_SOON);
    else
        say(w, WORDS_CALM, "進行中", "", ICON_CLOCK);
}

static void clock_elapsed(struct arena *a, struct words_clock *w, usec_t now)
{
    int64_t mark[3];
    w->value = sl(arena_fmt(a, "経過 " PRIs, ARGs(words_span(a, now - w->started))));
    say(w, WORDS_CALM, "進行中", "", ICON_CLOCK);
    if (!marks_of(w->variant, day_of_instant(now), mark))
        return;
    w->target = w->started + mark[0] * USEC;
    w->escalate = w->started + mark[1] * USEC;
    if (now >= w->target)
        say(w, WORDS_LATE, "目安超過", "st--late", ICON_LATE);
    else if (w->target - now <= HOUR)
        say(w, WORDS_SOON, "まもなく", "st--soon", ICON_SOON);
}

struct words_clock words_clock(struct arena *a, const struct gate_row *row, usec_t now)
{
    slice name = row->f[N_name].t == VAL_TEXT ? row->f[N_name].s : SLN;
    enum clock_id id = law_clock_named(name);
    struct words_clock w = {.id = id,
                            .name = id == CLOCK_COUNT ? name : sl(law_clock[id].ja),
                            .running = row->state == ST_RUNNING || row->state == ST_LAPSED};
    w.variant = variant_of(id, row->f[N_variant].t == VAL_TEXT ? row->f[N_variant].s : SLN);
    w.basis = sl(w.variant && w.variant->basis              ? w.variant->basis
                 : id != CLOCK_COUNT && law_clock[id].basis ? law_clock[id].basis
                                                            : "");
    w.started = time_of(row, N_started);
    w.due = time_of(row, N_due);
    w.stopped = time_of(row, N_stopped);
    w.dated = w.due != 0;
    if (w.dated && row->f[N_nominal_day].t == VAL_INT && row->f[N_due_day].t == VAL_INT &&
        row->f[N_nominal_day].i != row->f[N_due_day].i)
        w.unrolled = instant_of_day((day_t)row->f[N_nominal_day].i + 1);
    if (row->state == ST_MET || row->state == ST_VOID) {
        w.value = w.stopped ? sl(arena_fmt(a, "所要 " PRIs, ARGs(words_span(a, w.stopped - w.started)))) : SLN;
        say(&w, WORDS_OVER, row->state == ST_MET ? "完了" : "消滅", row->state == ST_MET ? "st--done" : "",
            row->state == ST_MET ? ICON_DONE : ICON_NO);
    } else if (w.dated) {
        clock_dated(a, &w, now);
    } else {
        clock_elapsed(a, &w, now);
    }
    return w;
}

slice words_option(const struct law_field *f, slice name)
{
    for (size_t i = 0; i < f->options; i++)
        if (sl_is(name, f->option[i].name))
            return sl(f->option[i].ja);
    return name;
}

const char *words_role_office(enum role_id r)
{
    if (r >= ROLE_COUNT || law_role[r].sort == ROLE_MACHINE)
        return "機械";
    switch (law_role[r].recipient) {
    case RECIPIENT_ENT_IPA:
        return "IPA";
    case RECIPIENT_ENT_JP:
        return "JPCERT/CC";
    case RECIPIENT_ENT_NICT:
        return "NICT";
    case RECIPIENT_CAO:
        return "内閣府";
    case RECIPIENT_SECMIN:
        return "事業所管省";
    case RECIPIENT_OPERATOR:
        return "事業者";
    default:
        return "発見者";
    }
}
