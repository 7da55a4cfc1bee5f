/* Labels and the recipient matrix. */
#include "law.h"

#include <string.h>

/* A label is words between '|', sorted and unique; the mask words S and T come first by themselves. */
static bool word_next(slice *rest, slice *word)
{
    if (!rest->n)
        return false;
    if (!sl_cut(*rest, '|', word, rest))
        *rest = SLN;
    return true;
}

bool label_ok(slice label)
{
    slice word, rest = label, last = SLN;
    if (label.n >= LABEL_MAX)
        return false;
    while (word_next(&rest, &word)) {
        if (!word.n || (last.n && sl_cmp(last, word) >= 0))
            return false;
        last = word;
    }
    return label.n == 0 || label.p[label.n - 1] != '|';
}

bool label_has(slice label, slice mark)
{
    slice word, rest = label;
    while (word_next(&rest, &word))
        if (sl_eq(word, mark))
            return true;
    return false;
}

unsigned label_mask(slice label)
{
    return (label_has(label, SL("S")) ? LABEL_S : 0u) | (label_has(label, SL("T")) ? LABEL_T : 0u);
}

bool label_join(slice a, slice b, char *out)
{
    size_t n = 0;
    slice x = SLN, y = SLN;
    bool hx = word_next(&a, &x), hy = word_next(&b, &y);
    while (hx || hy) {
        int order = !hx ? 1 : !hy ? -1 : sl_cmp(x, y);
        slice take = order <= 0 ? x : y;
        if (n + take.n + 2 > LABEL_MAX)
            return false;
        if (n)
            out[n++] = '|';
        memcpy(out + n, take.p, take.n);
        n += take.n;
        if (order <= 0)
            hx = word_next(&a, &x);
        if (order >= 0)
            hy = word_next(&b, &y);
    }
    out[n] = 0;
    return true;
}

static bool carries(enum basis_id b, unsigned mask)
{
    return (mask & ~law_basis[b].mask) == 0;
}

static bool recipient_fits(enum recipient_id row, enum recipient_id to)
{
    return row == to || row == RECIPIENT_ANYONE;
}

int law_release_to(enum class_id class, unsigned mask, enum recipient_id to, enum basis_id basis, uint32_t known,
                   uint32_t *missing)
{
    int found = -1;
    *missing = 0;
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        if (r->class != class || r->basis != basis || !recipient_fits(r->recipient, to))
            continue;
        if (!r->allow || !carries(basis, mask | law_class[class].mask))
            return -1;
        uint32_t lacks = r->flags & ~known;
        if (found >= 0 && __builtin_popcount(lacks) >= __builtin_popcount(*missing))
            continue; /* of two rows that may allow, the nearer one */
        found = (int)i;
        *missing = lacks;
    }
    return found;
}

/* The recipients a person is: by the roles he holds, and always himself as owner and addressee. */
static bool allowed_for(const struct law_actor *a, enum class_id class, unsigned mask, uint32_t known,
                        enum basis_id *basis)
{
    for (size_t i = 0; i < law_release_rows; i++) {
        const struct law_release *r = &law_release_row[i];
        if (r->class != class || !r->allow || (r->flags & ~known) || !carries(r->basis, mask))
            continue;
        bool is =
            r->recipient == RECIPIENT_ANYONE || r->recipient == RECIPIENT_OWNER || r->recipient == RECIPIENT_ADDRESSEE;
        for (int role = 0; !is && role < ROLE_COUNT; role++)
            is = (a->roles >> role & 1) &&
                 (law_role[role].recipient == r->recipient ||
                  (r->recipient == RECIPIENT_MEMBER && law_role[role].recipient == RECIPIENT_OPERATOR));
        if (is) {
            *basis = r->basis;
            return true;
        }
    }
    return false;
}

bool law_may_see(const struct law_actor *a, const struct law_item *item, uint32_t known, enum basis_id *basis)
{
    enum basis_id second;
    if (!allowed_for(a, item->class, item->mask, known, basis))
        return false;
    return item->class2 == CLASS_COUNT || allowed_for(a, item->class2, item->mask, known, &second);
}

bool law_may_export(const struct law_item *item, slice label)
{
    unsigned mask =
        item->mask | law_class[item->class].mask | (item->class2 == CLASS_COUNT ? 0 : law_class[item->class2].mask);
    return !(mask & LABEL_T) && item->class != CLASS_FINDERID && !label_has(label, SL("P")) &&
           !label_has(label, SL("D"));
}
