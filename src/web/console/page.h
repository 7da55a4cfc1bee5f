/* One screen: who asks, what it releases, and the frame around it.
 *
 * A handler calls page_begin, draws its own part into p.body with the functions of the templates, and calls page_end:
 * the content is sealed by a read leaf before its first byte goes out (acts.md §4.23), and the leaf stands in the
 * foot. Whatever is labelled reaches the page through p.v alone. In the exercise every screen begins with the next
 * step of the story. */
#ifndef TB_PAGE_H
#define TB_PAGE_H

#include "console_gen.h"
#include "web/server.h"
#include "words.h"

#define PAGE_CRUMBS 6
struct page {
    const struct http_req *r;
    struct http_ans *ans;
    struct server *s;
    struct arena *a; /* the request's */
    struct caller c;
    struct view *v; /* NULL for a visitor */
    usec_t now;     /* legal */
    day_t today;
    struct buf body; /* the page's own part */
    struct part_frame frame;
    struct part_frame_crumb crumb[PAGE_CRUMBS];
    struct story_step step; /* of the exercise; .total is 0 outside it */
    bool guided;            /* the story's filled button stands here: the page's own are outlined */
    bool quiet;             /* without the story's panel */
};

/* A visitor is sent to /start and false comes back; likewise after a fault, which has been answered then. */
bool page_begin(struct page *p, const struct http_req *r, struct http_ans *ans, const char *title);
bool page_visitor(struct page *p, const struct http_req *r, struct http_ans *ans,
                  const char *title);                    /* lets visitors in */
void page_crumb(struct page *p, slice name, slice href); /* an empty href is the page itself */
void page_end(struct page *p);
/* Instead of page_end. page_absent is the one answer for what is not there and what is not for this reader. */
void page_absent(struct page *p);
void page_fault(struct page *p, const struct fault *f);
void page_leave(struct page *p, slice path, enum flash_kind kind, const char *text); /* 303; text may be NULL */
void page_yield(struct page *p); /* the answer is a file that another has put: no page */
void page_file(struct page *p, slice bytes, const char *type, slice name); /* a file to keep, sealed by the caller */
#define page_token(p) ((p)->frame.csrf)

bool page_role(const struct page *p, enum role_id role); /* a live grant of the caller */
bool page_may(const struct page *p, enum act_id act);    /* holds a role that the act's row names */
bool page_desk(const struct page *p, enum kind_id kind); /* reads the kind as his work */
/* Those of the caller's own organisation who hold such a role today: each once; how many ids. */
size_t page_holders(struct page *p, enum act_id act, slice *out, size_t max);
/* How many rows of a kind one page takes. Where each row may be another operator's and counts against the reader's day
 * (law_quota), an eighth of the day goes at most; with the owner chosen, or within a sector, `most`. */
size_t page_rows(const struct page *p, enum kind_id k, slice owner, size_t most);
bool console_has(const char *pattern); /* a GET route of the console */
slice page_home(const struct page *p); /* where this person begins */

/* --- subjects on a page --- */
slice page_href(struct page *p, enum kind_id k, slice id);       /* where a subject is shown: /case/…, /item/… */
slice page_title_of(struct page *p, const struct gate_row *row); /* what people call it; its kind when it has no name */
slice page_value(struct page *p, const struct law_field *f, struct val v); /* one value as one line of plain text */
slice page_office(struct page *p, slice person); /* 内閣府, IPA, 事業者, … or 機械 */
slice page_act_href(struct page *p, enum act_id act, slice subject);
slice page_act_by(struct page *p, enum act_id act);                         /* the roles that do it, in words */
slice page_reason_todo(struct page *p, enum act_id act, enum pred_id pred); /* the way out */
slice page_step_href(struct page *p);                                       /* the form of the story's next step */

/* --- blocks, drawn with {{>acts}}, {{>clocks}}, {{>story}} --- */
/* Acts on `row` (NULL: those that create one of `kind`): allowed ones as links to their forms, the others with why. */
struct part_acts page_acts(struct page *p, enum kind_id kind, const struct gate_row *row);
/* of: what each clock belongs to, or NULL. */
struct part_clocks page_clocks(struct page *p, const char *label, const struct gate_row *const *clock, const slice *of,
                               size_t n);
struct page_event {
    const struct gate_leaf *leaf;
    const struct gate_row *of;
};
struct part_story page_story(struct page *p, const struct page_event *ev, size_t n, bool name_subjects);

#endif
