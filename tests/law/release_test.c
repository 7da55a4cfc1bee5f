/* The recipient matrix against acts.md §7 and law.md §4, written out once more: what is not here is denied. */
#include "check.h"

#define F(n) (1u << FLAG_##n)
#define ALL  ((1u << FLAG_COUNT) - 1)

struct allow {
    enum class_id class;
    enum recipient_id to; /* ANYONE: every recipient */
    enum basis_id basis;
    uint32_t when;
};

static const struct allow allow[] = {
    {CLASS_OPEN, RECIPIENT_ANYONE, BASIS_OWN, 0},
    {CLASS_WORK, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_REPORTED, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_REPORTED, RECIPIENT_SECMIN, BASIS_A4_2, F(own_sector) | F(need_to_know)},
    {CLASS_REPORTED, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_REPORTED, RECIPIENT_ENT_IPA, BASIS_A72_3, F(secrecy_acked) | F(within_entrust) | F(need_to_know)},
    {CLASS_ORDER, RECIPIENT_OPERATOR, BASIS_OWN, F(is_recipient)},
    {CLASS_ORDER, RECIPIENT_SECMIN, BASIS_OWN, F(own_sector) | F(need_to_know)},
    {CLASS_ORDER, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_ORDER_W, RECIPIENT_SECMIN, BASIS_OWN, F(own) | F(own_sector) | F(need_to_know)},
    {CLASS_ORDER_W, RECIPIENT_CAO, BASIS_A37, F(own) | F(need_to_know)},
    {CLASS_VULN_S, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_VULN_S, RECIPIENT_ENT_IPA, BASIS_GL7, F(secrecy_acked) | F(need_to_know)},
    {CLASS_VULN_S, RECIPIENT_ENT_JP, BASIS_GL7, F(secrecy_acked) | F(need_to_know)},
    {CLASS_VULN_S, RECIPIENT_ENT_NICT, BASIS_GL7, F(secrecy_acked) | F(own_finding) | F(need_to_know)},
    {CLASS_VULN_S, RECIPIENT_CAO, BASIS_A37, F(notified_cao) | F(need_to_know)},
    {CLASS_VULN_S, RECIPIENT_MEMBER, BASIS_A45,
     F(secrecy_acked) | F(council_member) | F(response_active) | F(rights_note) | F(own_matches_only)},
    {CLASS_VULN_S, RECIPIENT_FOREIGN, BASIS_A39,
     F(allies_active) | F(inside_teikyo) | F(protection_live) | F(rights_note)},
    {CLASS_TEIKYO_S, RECIPIENT_FOREIGN, BASIS_A39, F(issued) | F(protection_live) | F(rights_note)},
    {CLASS_VULN_S, RECIPIENT_ENT_IPA, BASIS_A72_3,
     F(inside_teikyo) | F(secrecy_acked) | F(entrust_live) | F(rights_note)},
    {CLASS_TEIKYO_S, RECIPIENT_ENT_IPA, BASIS_A72_3,
     F(issued) | F(secrecy_acked) | F(entrust_live) | F(asked_72_3) | F(rights_note)},
    {CLASS_VULN_S, RECIPIENT_ENT_JP, BASIS_A72_3,
     F(inside_teikyo) | F(secrecy_acked) | F(entrust_live) | F(rights_note)},
    {CLASS_TEIKYO_S, RECIPIENT_ENT_JP, BASIS_A72_3,
     F(issued) | F(secrecy_acked) | F(entrust_live) | F(asked_72_3) | F(rights_note)},
    {CLASS_VULN_S, RECIPIENT_ENT_NICT, BASIS_A72_3,
     F(inside_teikyo) | F(secrecy_acked) | F(entrust_live) | F(rights_note)},
    {CLASS_TEIKYO_S, RECIPIENT_ENT_NICT, BASIS_A72_3,
     F(issued) | F(secrecy_acked) | F(entrust_live) | F(asked_72_3) | F(rights_note)},
    {CLASS_TEIKYO_S, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_TEIKYO_S, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_VULN_0, RECIPIENT_ANYONE, BASIS_A41, 0},
    {CLASS_SHUCHI, RECIPIENT_OPERATOR, BASIS_A40, F(issued) | F(rights_note)},
    {CLASS_SHUCHI, RECIPIENT_OPERATOR, BASIS_A41, F(issued) | F(rights_note)},
    {CLASS_SHUCHI, RECIPIENT_MEMBER, BASIS_A45, F(issued) | F(rights_note)},
    {CLASS_SHUCHI, RECIPIENT_VENDOR, BASIS_A42_1, F(issued) | F(rights_note)},
    {CLASS_SHUCHI, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_SHUCHI, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_SHUCHI, RECIPIENT_SECMIN, BASIS_A38_1, F(issued) | F(need_to_know)},
    {CLASS_SHUCHI, RECIPIENT_ENT_IPA, BASIS_GL7, F(issued) | F(need_to_know)},
    {CLASS_SHUCHI, RECIPIENT_ENT_JP, BASIS_GL7, F(issued) | F(need_to_know)},
    {CLASS_SHUCHI, RECIPIENT_PUBLIC, BASIS_A41, F(issued) | F(published)},
    {CLASS_SHUCHI, RECIPIENT_ANYONE, BASIS_GL7, F(issued) | F(published)},
    {CLASS_FINDERID, RECIPIENT_ENT_IPA, BASIS_GL7, F(secrecy_acked) | F(need_to_know)},
    {CLASS_FINDERID, RECIPIENT_ENT_JP, BASIS_GL7, F(secrecy_acked) | F(need_to_know)},
    {CLASS_FINDERID, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_DRAFTED, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_DRAFTED, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_SHIFT, RECIPIENT_OWNER, BASIS_OWN, F(own) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_GIVEN, RECIPIENT_MEMBER, BASIS_A45, F(is_recipient) | F(council_member) | F(secrecy_acked)},
    {CLASS_GIVEN, RECIPIENT_OPERATOR, BASIS_A40, F(is_recipient) | F(issued)},
    {CLASS_GIVEN, RECIPIENT_FOREIGN, BASIS_A39, F(is_recipient) | F(protection_live)},
    {CLASS_GIVEN, RECIPIENT_FOREIGN, BASIS_A39, F(is_recipient) | F(recalled)},
    {CLASS_GIVEN, RECIPIENT_ENT_IPA, BASIS_A72_3,
     F(is_recipient) | F(secrecy_acked) | F(entrust_live) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_ENT_IPA, BASIS_A72_3, F(is_recipient) | F(secrecy_acked) | F(recalled) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_ENT_JP, BASIS_A72_3,
     F(is_recipient) | F(secrecy_acked) | F(entrust_live) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_ENT_JP, BASIS_A72_3, F(is_recipient) | F(secrecy_acked) | F(recalled) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_ENT_NICT, BASIS_A72_3,
     F(is_recipient) | F(secrecy_acked) | F(entrust_live) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_ENT_NICT, BASIS_A72_3, F(is_recipient) | F(secrecy_acked) | F(recalled) | F(need_to_know)},
    {CLASS_GIVEN, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_ADMIN, RECIPIENT_OWNER, BASIS_OWN, F(own)},
    {CLASS_ADMIN, RECIPIENT_ADDRESSEE, BASIS_OWN, F(is_recipient)},
    {CLASS_ADMIN, RECIPIENT_CAO, BASIS_A37, F(need_to_know)},
    {CLASS_ADMIN, RECIPIENT_ENT_IPA, BASIS_A72_3, F(need_to_know)},
};

/* 40条, 41条 and 42条1項 carry no secret; nothing here carries communications information before chapters 3–7. */
static unsigned carries(enum basis_id b)
{
    return b == BASIS_A40 || b == BASIS_A41 || b == BASIS_A42_1 ? 0 : LABEL_S;
}
static unsigned mask_of_class(enum class_id c)
{
    return c == CLASS_OPEN || c == CLASS_VULN_0 || c == CLASS_SHUCHI ? 0 : LABEL_S;
}

static const struct allow *allowed(enum class_id c, enum recipient_id to, enum basis_id b)
{
    for (size_t i = 0; i < TB_COUNT(allow); i++)
        if (allow[i].class == c && allow[i].basis == b && (allow[i].to == to || allow[i].to == RECIPIENT_ANYONE))
            return &allow[i];
    return NULL;
}

static void what_is_not_in_the_table_is_denied(void **state)
{
    (void)state;
    size_t denied = 0;
    for (int c = 0; c < CLASS_COUNT; c++)
        for (int to = 0; to < RECIPIENT_COUNT; to++)
            for (int b = 0; b < BASIS_COUNT; b++)
                for (unsigned mask = 0; mask <= (LABEL_S | LABEL_T); mask++) {
                    uint32_t missing;
                    const struct allow *a = allowed((enum class_id)c, (enum recipient_id)to, (enum basis_id)b);
                    bool yes = a && !((mask | mask_of_class((enum class_id)c)) & ~carries((enum basis_id)b));
                    int row =
                        law_release_to((enum class_id)c, mask, (enum recipient_id)to, (enum basis_id)b, ALL, &missing);
                    assert_case((row >= 0 && !missing) == yes, "%s to %s under %s, mask %u: %d", law_class[c].name,
                                law_recipient[to], law_basis[b].name, mask, row);
                    denied += !yes;
                }
    assert_true(denied > 4000);
}

/* Where two rows may allow (one for anyone, one for this recipient), the one that lacks least. */
static uint32_t least(const struct allow *of, enum recipient_id to, uint32_t known)
{
    uint32_t best = ALL;
    for (size_t i = 0; i < TB_COUNT(allow); i++) {
        const struct allow *a = &allow[i];
        if (a->class == of->class && a->basis == of->basis && (a->to == to || a->to == RECIPIENT_ANYONE) &&
            __builtin_popcount(a->when & ~known) < __builtin_popcount(best))
            best = a->when & ~known;
    }
    return best;
}

static void every_condition_of_a_row_is_asked_and_no_other(void **state)
{
    (void)state;
    for (size_t i = 0; i < TB_COUNT(allow); i++) {
        const struct allow *a = &allow[i];
        uint32_t missing;
        enum recipient_id to = a->to == RECIPIENT_ANYONE ? RECIPIENT_PUBLIC : a->to;
        if (mask_of_class(a->class) & ~carries(a->basis)) {
            /* What was given under 40条 is of a class marked row by row: it leaves by law_may_see() alone. */
            assert_int_equal(a->class, CLASS_GIVEN);
            assert_int_equal(law_release_to(a->class, 0, to, a->basis, ALL, &missing), -1);
            continue;
        }
        assert_true(law_release_to(a->class, 0, to, a->basis, 0, &missing) >= 0);
        assert_case(missing == least(a, to, 0), "row %zu of the test: missing %x, not %x", i, missing, least(a, to, 0));
        for (int f = 0; f < FLAG_COUNT; f++) {
            uint32_t known = a->when & ~(1u << f);
            assert_true(law_release_to(a->class, 0, to, a->basis, known, &missing) >= 0);
            assert_case(missing == least(a, to, known), "row %zu of the test without %s: missing %x", i,
                        law_flag[f].name, missing);
        }
    }
    size_t rows = 0;
    for (size_t i = 0; i < law_release_rows; i++)
        rows += law_release_row[i].allow;
    assert_int_equal(rows, TB_COUNT(allow));
}

/* prov-1 and the traps around it, by name. */
static void forty_and_forty_one_carry_no_secret(void **state)
{
    (void)state;
    static const struct {
        enum class_id class;
        enum recipient_id to;
        enum basis_id basis;
        bool allow;
    } t[] = {
        {CLASS_SHUCHI, RECIPIENT_OPERATOR, BASIS_A40, true},    {CLASS_TEIKYO_S, RECIPIENT_OPERATOR, BASIS_A40, false},
        {CLASS_VULN_S, RECIPIENT_OPERATOR, BASIS_A40, false},   {CLASS_VULN_S, RECIPIENT_OPERATOR, BASIS_A41, false},
        {CLASS_VULN_S, RECIPIENT_OPERATOR, BASIS_A45, false},   {CLASS_VULN_S, RECIPIENT_MEMBER, BASIS_A45, true},
        {CLASS_VULN_S, RECIPIENT_VENDOR, BASIS_A42_1, false},   {CLASS_VULN_S, RECIPIENT_PUBLIC, BASIS_A41, false},
        {CLASS_TEIKYO_S, RECIPIENT_PUBLIC, BASIS_A41, false},   {CLASS_REPORTED, RECIPIENT_OPERATOR, BASIS_A40, false},
        {CLASS_REPORTED, RECIPIENT_PUBLIC, BASIS_A41, false},   {CLASS_FINDERID, RECIPIENT_CAO, BASIS_A37, false},
        {CLASS_FINDERID, RECIPIENT_OPERATOR, BASIS_A45, false}, {CLASS_SHUCHI, RECIPIENT_PUBLIC, BASIS_A41, true},
    };
    for (size_t i = 0; i < TB_COUNT(t); i++) {
        uint32_t missing;
        int row = law_release_to(t[i].class, 0, t[i].to, t[i].basis, ALL, &missing);
        assert_case((row >= 0 && !missing) == t[i].allow, "%s to %s under %s", law_class[t[i].class].name,
                    law_recipient[t[i].to], law_basis[t[i].basis].name);
    }
    /* A 周知等用 that still carried a secret would not leave under 40条. */
    uint32_t missing;
    assert_int_equal(law_release_to(CLASS_SHUCHI, LABEL_S, RECIPIENT_OPERATOR, BASIS_A40, ALL, &missing), -1);
    assert_int_equal(law_release_to(CLASS_VULN_0, LABEL_S, RECIPIENT_PUBLIC, BASIS_A41, ALL, &missing), -1);
}

static void nothing_carries_communications_information(void **state)
{
    (void)state;
    for (int b = 0; b < BASIS_COUNT; b++)
        assert_false(law_basis[b].mask & LABEL_T);
}

/* --- who may see --- */
static bool sees(uint64_t roles, enum class_id class, unsigned mask, uint32_t known)
{
    struct law_actor a = {.roles = roles};
    struct law_item it = {class, CLASS_COUNT, mask};
    enum basis_id b;
    return law_may_see(&a, &it, known, &b);
}
#define R(n) (UINT64_C(1) << ROLE_##n)

static void a_reader_sees_only_as_a_recipient_that_he_is(void **state)
{
    (void)state;
    assert_true(sees(R(IPA_TRIAGE), CLASS_VULN_S, LABEL_S, F(secrecy_acked) | F(need_to_know)));
    assert_false(sees(R(IPA_TRIAGE), CLASS_VULN_S, LABEL_S, F(need_to_know)));
    assert_false(sees(R(OP_RECV), CLASS_VULN_S, LABEL_S, F(secrecy_acked) | F(need_to_know)));
    assert_false(sees(R(CAO_ANALYST), CLASS_VULN_S, LABEL_S, F(need_to_know)));
    assert_true(sees(R(CAO_ANALYST), CLASS_VULN_S, LABEL_S, F(need_to_know) | F(notified_cao)));
    assert_true(sees(R(SM_DESK), CLASS_REPORTED, LABEL_S, F(own_sector) | F(need_to_know)));
    assert_false(sees(R(SM_DESK), CLASS_REPORTED, LABEL_S, F(need_to_know)));
    assert_true(sees(R(OP_RECV), CLASS_GIVEN, LABEL_S, F(is_recipient) | F(council_member) | F(secrecy_acked)));
    assert_false(sees(R(OP_RECV), CLASS_GIVEN, LABEL_S, F(council_member) | F(secrecy_acked)));
    assert_false(sees(R(OP_RECV), CLASS_GIVEN, LABEL_S, F(is_recipient) | F(issued)));
    assert_true(sees(R(OP_RECV), CLASS_GIVEN, 0, F(is_recipient) | F(issued)));
    assert_true(sees(0, CLASS_VULN_S, LABEL_S, F(own)));
    assert_false(sees(0, CLASS_VULN_S, LABEL_S, 0));
    assert_false(sees(R(CAO_ANALYST) | R(CAO_APPR) | R(CAO_HEAD), CLASS_FINDERID, LABEL_S, ALL & ~F(own)));
    assert_true(sees(0, CLASS_OPEN, 0, 0));
    assert_false(sees(0, CLASS_OPEN, LABEL_T, ALL));
}

static void a_thing_of_two_classes_leaves_only_if_both_allow(void **state)
{
    (void)state;
    enum basis_id b;
    struct law_actor cao = {.roles = R(CAO_ANALYST)}, op = {.roles = R(OP_FILER)};
    struct law_item match = {CLASS_REPORTED, CLASS_VULN_S, LABEL_S};
    assert_true(law_may_see(&cao, &match, F(need_to_know) | F(notified_cao), &b));
    assert_false(law_may_see(&cao, &match, F(need_to_know), &b));
    /* An operator owns the asset in the match; that does not show him the vulnerability … */
    assert_true(law_may_see(&op, &(struct law_item){CLASS_REPORTED, CLASS_COUNT, LABEL_S}, F(own), &b));
}

/* T, the selectors (P) and finders (D) never leave in a file, by whatever class or mark they come. */
static void what_is_communications_information_never_leaves_in_a_file(void **state)
{
    (void)state;
    struct law_item machine = {CLASS_REPORTED, CLASS_COUNT, LABEL_S}, match = {CLASS_REPORTED, CLASS_VULN_S, LABEL_S};
    assert_true(law_may_export(&machine, SL("R:a|S")));
    assert_true(law_may_export(&match, SL("R:a|S")));
    assert_false(law_may_export(&(struct law_item){CLASS_REPORTED, CLASS_COUNT, LABEL_S | LABEL_T}, SL("S|T")));
    assert_false(law_may_export(&machine, SL("P|S")));
    assert_false(law_may_export(&machine, SL("D|S")));
    assert_false(law_may_export(&(struct law_item){CLASS_FINDERID, CLASS_COUNT, LABEL_S}, SL("S")));
}

static void nobody_sees_more_with_fewer_conditions_met(void **state)
{
    (void)state;
    for (int role = -1; role < ROLE_COUNT; role++)
        for (int c = 0; c < CLASS_COUNT; c++)
            for (unsigned mask = 0; mask < 4; mask++)
                for (int f = 0; f < FLAG_COUNT; f++)
                    for (uint32_t base = 0; base < 2; base++) {
                        uint32_t more = base ? ALL : F(need_to_know) | F(secrecy_acked) | F(own),
                                 less = more & ~(1u << f);
                        uint64_t roles = role < 0 ? 0 : UINT64_C(1) << role;
                        assert_false(sees(roles, (enum class_id)c, mask, less) &&
                                     !sees(roles, (enum class_id)c, mask, more));
                    }
}

static enum class_id class_of(enum kind_id k, const char *label, enum state_id s, bool published)
{
    struct val f[NAME_COUNT] = {{0}};
    if (published)
        f[N_published_at] = (struct val){.t = VAL_INT, .i = 1};
    return law_class_of(k, sl(label), s, f);
}

static void what_is_not_issued_or_published_yet_is_of_a_class_of_its_own(void **state)
{
    (void)state;
    assert_int_equal(class_of(KIND_product, "", ST_REVIEW, false), CLASS_DRAFTED);
    assert_int_equal(class_of(KIND_product, "", ST_ISSUED, false), CLASS_SHUCHI);
    assert_int_equal(class_of(KIND_coord, "S", ST_FIX_READY, false), CLASS_VULN_S);
    assert_int_equal(class_of(KIND_coord, "S", ST_PUBLISHED, false), CLASS_VULN_0);
    assert_int_equal(class_of(KIND_order, "S", ST_DRAFT, false), CLASS_ORDER_W);
    assert_int_equal(class_of(KIND_order, "S", ST_DISCARDED, false), CLASS_ORDER_W);
    assert_int_equal(class_of(KIND_order, "S", ST_ISSUED, false), CLASS_ORDER);
    assert_int_equal(class_of(KIND_notice, "", ST_SCHEDULED, false), CLASS_DRAFTED);
    assert_int_equal(class_of(KIND_notice, "", ST_WITHDRAWN, true), CLASS_OPEN);
    assert_int_equal(class_of(KIND_asset, "W:x", ST_DUE, false), CLASS_WORK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_in_the_table_is_denied),
        cmocka_unit_test(every_condition_of_a_row_is_asked_and_no_other),
        cmocka_unit_test(forty_and_forty_one_carry_no_secret),
        cmocka_unit_test(nothing_carries_communications_information),
        cmocka_unit_test(a_reader_sees_only_as_a_recipient_that_he_is),
        cmocka_unit_test(a_thing_of_two_classes_leaves_only_if_both_allow),
        cmocka_unit_test(what_is_communications_information_never_leaves_in_a_file),
        cmocka_unit_test(nobody_sees_more_with_fewer_conditions_met),
        cmocka_unit_test(what_is_not_issued_or_published_yet_is_of_a_class_of_its_own),
    };
    return cmocka_run_group_tests_name("law-release", tests, NULL, NULL);
}
