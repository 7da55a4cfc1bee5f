#include "known.h"

#include <string.h>

/* CISA's answers, as its record has them (none, poc, active …). */
static const char *choice(const json_t *ssvc, const char *key)
{
    static const struct {
        const char *key, *said, *ja;
    } word[] = {{"exploitation", "none", "なし"},     {"exploitation", "poc", "実証コードあり"},
                {"exploitation", "active", "悪用中"}, {"automatable", "no", "できない"},
                {"automatable", "yes", "できる"},     {"technicalImpact", "partial", "一部"},
                {"technicalImpact", "total", "全体"}};
    const char *said = json_string_value(json_object_get(ssvc, key));
    for (size_t i = 0; said && i < TB_COUNT(word); i++)
        if (strcmp(word[i].key, key) == 0 && strcmp(word[i].said, said) == 0)
            return word[i].ja;
    return "記載なし";
}

/* Of several CVEs the one that is exploited most surely speaks for the advisory. */
static int rank(const json_t *ssvc)
{
    const char *said = json_string_value(json_object_get(ssvc, "exploitation"));
    return !said ? 0 : strcmp(said, "active") == 0 ? 3 : strcmp(said, "poc") == 0 ? 2 : 1;
}

static void ssvc_fill(struct page *p, slice vuln, struct known *k)
{
    struct dbrows r;
    struct fault f;
    int best = -1;
    if (db_run(gate_reader_db(p->c.reader), Q_console_cve5, (struct dbval[]){DBT(vuln)}, 1, &r, p->a, &f) != E_OK)
        return;
    for (size_t i = 0; i < r.rows; i++) {
        json_t *o = json_loadb(ROW(&r, i, 0).s.p, ROW(&r, i, 0).s.n, 0, NULL);
        const json_t *ssvc = json_object_get(o, "ssvc");
        if (ssvc && rank(ssvc) > best) {
            best = rank(ssvc);
            k->ssvc = sl(arena_fmt(p->a, "悪用 %s・自動化 %s・技術的影響 %s", choice(ssvc, "exploitation"),
                                   choice(ssvc, "automatable"), choice(ssvc, "technicalImpact")));
            k->ssvc_at = words_when(p->a, ROW(&r, i, 1).i, p->now);
            k->any = true;
        }
        json_decref(o);
    }
}

static void cves_fill(struct page *p, slice vuln, struct known *k)
{
    struct dbrows r;
    struct fault f;
    struct buf b = BUF(2000);
    if (db_run(gate_reader_db(p->c.reader), Q_console_links, (struct dbval[]){DBT(vuln)}, 1, &r, p->a, &f) == E_OK)
        for (size_t i = 0; i < r.rows; i++)
            buf_fmt(&b, "%s" PRIs, i ? "、" : "", ARGs(ROW(&r, i, 0).s));
    if (b.n && !b.over)
        k->cves = arena_sl(p->a, buf_slice(&b));
    buf_free(&b);
}

struct known vuln_known(struct page *p, slice vuln)
{
    struct known k = {.kev = SL("未掲載"), .epss = SL("値なし"), .ssvc = SL("記載なし")};
    struct dbrows r;
    struct fault f;
    int64_t top = -1;
    if (!vuln.n ||
        db_run(gate_reader_db(p->c.reader), Q_console_vuln, (struct dbval[]){DBT(vuln)}, 1, &r, p->a, &f) != E_OK)
        return k;
    for (size_t i = 0; i < r.rows; i++) {
        slice at = words_when(p->a, ROW(&r, i, 3).i, p->now);
        if (sl_is(ROW(&r, i, 0).s, "KEV") && ROW(&r, i, 1).i) {
            k.kev = SL("掲載（悪用が確認されている）");
            k.kev_at = at;
            k.any = true;
        }
        if (sl_is(ROW(&r, i, 0).s, "EPSS") && ROW(&r, i, 2).i > top) {
            top = ROW(&r, i, 2).i;
            k.epss = sl(arena_fmt(p->a, "%" PRId64 ".%d％", top / 10, (int)(top % 10)));
            k.epss_at = at;
            k.any = true;
        }
    }
    ssvc_fill(p, vuln, &k);
    cves_fill(p, vuln, &k);
    return k;
}
