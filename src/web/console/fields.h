/* The fields of an act's form: from its row to the page, and from what was sent back to the inputs of the act. */
#ifndef TB_FIELDS_H
#define TB_FIELDS_H

#include "page.h"

#define FIELD_FAULTS 30
struct field_faults {
    struct {
        const char *name;
        slice text;
    } v[FIELD_FAULTS];
    size_t n;
};

/* Values are a JSON object by input name, as the gate takes them, plus "outcome". */
json_t *fields_of_row(enum act_id act, const struct gate_row *row); /* an edit begins with what stands */
json_t *fields_of_form(const struct http_req *r, enum act_id act);
void fields_check(struct page *p, enum act_id act, const json_t *vals,
                  struct field_faults *out); /* every fault, not the first */

/* What the form shows to be confirmed, and its fingerprint: the text that will be fixed or published. */
struct fields_shown {
    const struct page_form_shown *row;
    size_t n;
    slice hash; /* empty: nothing is shown */
};
struct fields_shown fields_shown(struct page *p, enum act_id act, const struct gate_row *row);

/* step: the values are the story's; then fingerprints are worked out in the way the form offers. */
struct page_form_fields *fields_draw(struct page *p, enum act_id act, const struct gate_row *row, const json_t *vals,
                                     const struct field_faults *faults, const struct fields_shown *shown, bool step,
                                     size_t *n);

#endif
