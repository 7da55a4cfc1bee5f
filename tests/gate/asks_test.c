/* What an act still wants is asked without doing it, and is what the act itself would be refused for (公表:
 * 告示平成29年19号、 41、42①). On the small exercise, which has people of every office. */
#include "house.h"

#define TEST(name) static void name(void **state)

static const char *holder(struct house *h, const char *role)
{
    char *id = house_ask(h, "SELECT min(\"person\") FROM s_grant WHERE \"role\" = '%s' AND state = 'ACTIVE'", role);
    assert_non_null(id);
    return id;
}

static slice coord_made(struct house *h, const char *jp, slice *cas)
{
    const char *finder = house_ask(
        h, "SELECT min(p.id) FROM s_person p JOIN s_org o ON o.id = p.\"org\" WHERE o.\"org_kind\" = 'PUBLIC'");
    slice rep = house_do(h, finder, ACT_vulreport_submit, SLN,
                         json_pack("{s:s, s:s, s:s}", "maker", "丙製作所", "product", "門番", "description", "止まる"));
    house_do(h, holder(h, "IPA_DESK"), ACT_vulreport_decide, rep, json_pack("{s:s}", "outcome", "ACCEPTED"));
    *cas = sl(house_ask(h, "SELECT id FROM s_case WHERE \"report\" = '" PRIs "'", ARGs(rep)));
    return house_do(h, jp, ACT_coord_start, SLN,
                    json_pack("{s:s%, s:s}", "case", cas->p, cas->n, "vendors", "丙製作所"));
}

static slice text_issued(struct house *h, const char *jp, slice cas)
{
    slice p =
        house_do(h, jp, ACT_product_draft, SLN,
                 json_pack("{s:s%, s:s, s:s, s:[{s:s, s:[s]}]}", "case", cas.p, cas.n, "grade", "SHUCHI", "title",
                           "門番の更新", "sentences", "text", "1.3版に更新してください。", "provenance", "coord:回答"));
    house_do(h, jp, ACT_product_classify, p,
             json_pack("{s:i, s:s, s:s}", "sentence", 0, "secret", "NO", "reason", "開発者の公表と同じ"));
    house_do(h, jp, ACT_product_propose, p, json_object());
    house_do(h, holder(h, "JP_HEAD"), ACT_product_issue_shuchi, p,
             json_pack("{s:s}", "diff_hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    return p;
}

/* The conditions that do not hold, one bit each by their place in the row's list. */
static size_t wanting(struct house *h, const char *person, slice coord, slice product, enum pred_id *out)
{
    struct gate_person *who = arena_get(h->a, sizeof *who);
    struct fault f;
    const struct gate_cond *c;
    size_t n, k = 0;
    struct gate_given given = {N_product, product.n ? VT(product) : (struct val){0}};
    assert_true(gate_person_load(h->r, sl(person), h->a, who));
    struct view *v = view_new(h->r, who, house_actor(h, person), "", "test", h->a);
    const struct gate_row *row = view_get(v, KIND_coord, coord);
    assert_non_null(row);
    assert_int_equal(gate_conds(h->r, who, house_actor(h, person), ACT_coord_publish, row, &given, 1, h->a, &c, &n, &f),
                     E_OK);
    assert_int_equal(n, 2 + law_act[ACT_coord_publish].conds);
    for (size_t i = 0; i < n; i++)
        if (!c[i].met)
            out[k++] = c[i].pred;
    return k;
}

TEST(what_an_act_wants_is_what_it_would_be_refused_for_and_asking_leaves_nothing)
{
    struct house *h = *state;
    enum pred_id want[20];
    struct gate_ans ans;
    slice cas;
    house_seeded(h);
    const char *jp = holder(h, "JP_COORD");
    slice coord = coord_made(h, jp, &cas);
    assert_int_equal(wanting(h, jp, coord, SLN, want), 2);
    assert_int_equal(want[0], P_state_matches);
    assert_int_equal(want[1], P_product_is_shuchi_issued);
    house_do(h, jp, ACT_coord_progress, coord, json_pack("{s:s}", "outcome", "FIX_READY"));
    slice product = text_issued(h, jp, cas);
    assert_int_equal(wanting(h, jp, coord, product, want), 0);
    slice embargo =
        house_do(h, jp, ACT_embargo_propose, SLN,
                 json_pack("{s:s%, s:s, s:s, s:s, s:s}", "case", cas.p, cas.n, "ends_at", "2027-02-01T09:00:00-05:00",
                           "ends_zone", "M05", "parties", "丙製作所", "reason", "同時に"));
    house_do(h, holder(h, "JP_HEAD"), ACT_embargo_answer, embargo, json_pack("{s:s}", "outcome", "ACTIVE"));
    int64_t before = house_leaves(h);
    assert_int_equal(wanting(h, jp, coord, product, want), 1);
    assert_int_equal(want[0], P_embargo_over_or_reached);
    assert_int_equal(house_leaves(h), before); /* asking is no act */
    house_try(h, jp, ACT_coord_publish, coord, json_pack("{s:s%}", "product", product.p, product.n), &ans);
    assert_int_equal(ans.err, E_REFUSED);
    assert_int_equal(ans.d.reasons, 1);
    assert_int_equal(ans.d.reason[0], want[0]);
    /* the twin: with what stood in the way gone, nothing is wanting and the act is done */
    house_do(h, jp, ACT_embargo_exit, embargo, json_pack("{s:s}", "exit_reason", "AGREED"));
    assert_int_equal(wanting(h, jp, coord, product, want), 0);
    house_do(h, jp, ACT_coord_publish, coord, json_pack("{s:s%}", "product", product.p, product.n));
    house_clean(h);
}

/* --- search --- */
static size_t found(struct house *h, const char *person, const char *q, size_t max, bool *more,
                    const struct gate_row ***row)
{
    struct gate_person *who = arena_get(h->a, sizeof *who);
    struct fault f = {0};
    bool behind;
    size_t n;
    assert_true(gate_person_load(h->r, sl(person), h->a, who));
    if (gate_search_follow(h->g, h->r, h->a, &behind, &f) != E_OK)
        fail_msg("gate_search_follow: %s: %s", f.where, f.what);
    assert_false(behind);
    struct view *v = view_new(h->r, who, house_actor(h, person), "", "search", h->a);
    if (view_search(v, sl(q), max, max, h->a, row, &n, more, &f) != E_OK)
        fail_msg("view_search: %s: %s", f.where, f.what);
    return n;
}

TEST(a_word_is_found_whatever_its_spelling_and_two_letters_are_enough)
{
    struct house *h = *state;
    const struct gate_row **row;
    bool more;
    house_seeded(h);
    const char *finder = house_ask(
        h, "SELECT min(p.id) FROM s_person p JOIN s_org o ON o.id = p.\"org\" WHERE o.\"org_kind\" = 'PUBLIC'");
    house_do(h, finder, ACT_vulreport_submit, SLN,
             json_pack("{s:s, s:s, s:s}", "maker", "福神電機", "product", "サーバー・Ｖ−９ガード100%_!", "description",
                       "x"));
    static const char *const said[] = {"サーバー", "さーばー", "ｻｰﾊﾞｰ", "サーバ", "v-9",        "V9",
                                       "ガード",   "がーど",   "ｶﾞｰﾄﾞ", "福神",   "ガード100%", "福神 ガード"};
    static const char *const unsaid[] = {"サーヴァ", "福紳", "v8", "%", "_", "福神 門番", "　", "ザーバー"};
    for (size_t i = 0; i < TB_COUNT(said); i++) {
        if (found(h, finder, said[i], 20, &more, &row) != 1 || row[0]->kind != KIND_vulreport)
            fail_msg("not found: %s", said[i]);
    }
    for (size_t i = 0; i < TB_COUNT(unsaid); i++)
        if (found(h, finder, unsaid[i], 20, &more, &row) != 0 || more)
            fail_msg("found: %s", unsaid[i]);
    /* of old and new characters those that Unicode makes one: U+FA19 is U+795E */
    assert_int_equal(found(h, finder, "福\xef\xa8\x99", 20, &more, &row), 1);
    house_clean(h);
}

TEST(what_may_not_be_read_is_neither_found_nor_counted)
{
    struct house *h = *state;
    const struct gate_row **row;
    slice cas;
    bool more;
    house_seeded(h);
    const char *jp = holder(h, "JP_COORD"), *operator= holder(h, "OP_FILER");
    assert_int_equal(found(h, operator, "門番", 1, &more, &row), 0);
    assert_false(more);
    for (int i = 0; i < 3; i++)
        coord_made(h, jp, &cas);
    assert_int_equal(found(h, operator, "門番", 1, &more, &row), 0); /* three more in the store: the same answer */
    assert_false(more);
    assert_int_equal(found(h, jp, "門番", 1, &more, &row),
                     1); /* the twin: who may read them is told, and that there are more */
    assert_true(more);
    assert_true(found(h, jp, "門番", 50, &more, &row) >= 6); /* reports and cases */
    assert_false(more);
    house_clean(h);
}

int main(int argc, char **argv)
{
    static const struct house_test test[] = {
        HOUSE_ON(ON_FILE | ON_PG, a_word_is_found_whatever_its_spelling_and_two_letters_are_enough),
        HOUSE_ON(ON_FILE | ON_PG, what_may_not_be_read_is_neither_found_nor_counted),
        HOUSE_ON(ON_FILE | ON_PG, what_an_act_wants_is_what_it_would_be_refused_for_and_asking_leaves_nothing),
    };
    house_args(argc, argv);
    return house_run("asking the gate", test, TB_COUNT(test));
}
