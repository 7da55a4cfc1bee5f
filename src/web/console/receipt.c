/* The public window: a report without an account. The finder is a person whom only a receipt's key lets in (the rows:
 * person.receipt, session.open); what he files, and what he does with it later, are the finder's own acts. The key is
 * drawn here, shown once and kept as its fingerprint. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "console2.h"
#include "fields.h"
#include "web/http_int.h"

#define KEY_BYTES 16
#define KEY_GROUP 4 /* digits between two hyphens */
#define KEY_SHOWN (2 * KEY_BYTES + 2 * KEY_BYTES / KEY_GROUP)

/* --- how often: of one address; a key cannot be guessed, this spares the ledger --- */
#define FILE_COST 30 /* seconds for one more report after the first ten */
#define TRY_COST  5  /* for one more try to open a receipt after the first twenty */
static struct rate *filing, *trying;
static pthread_once_t rates_once = PTHREAD_ONCE_INIT;
static void rates_make(void)
{
    filing = rate_open(1, 10 * FILE_COST);
    trying = rate_open(1, 20 * TRY_COST);
}
static bool too_often(struct page *p, struct rate *const *t, unsigned cost)
{
    struct fault f;
    pthread_once(&rates_once, rates_make);
    if (rate_take_many(*t, p->r->remote, p->r->cfg->wall->now(p->r->cfg->wall), cost))
        return false;
    http_add(p->ans, "Retry-After", arena_sl(p->a, sl(arena_fmt(p->a, "%u", cost))));
    fault_set(&f, E_RATE, "", "短い間に多くのお届けがありました。%u秒ほど待って、もう一度送ってください。", cost);
    page_fault(p, &f);
    return true;
}

/* --- the key --- */
static void key_draw(char shown[KEY_SHOWN + 1], char print[65])
{
    uint8_t raw[KEY_BYTES], h[SHA_LEN];
    char hex[2 * KEY_BYTES + 1];
    size_t n = 0;
    rng_system()->fill(rng_system(), raw, sizeof raw);
    hex_of(raw, sizeof raw, hex);
    for (size_t i = 0; hex[i]; i++) {
        if (i && i % KEY_GROUP == 0)
            shown[n++] = '-';
        shown[n++] = hex[i];
    }
    shown[n] = 0;
    sha256((slice){hex, 2 * KEY_BYTES}, h);
    hex_of(h, sizeof h, print);
    sodium_memzero(raw, sizeof raw);
    sodium_memzero(hex, sizeof hex);
}

/* As it was typed: with hyphens, blanks, capitals or without. What is no key has the fingerprint of no key. */
static void key_print(slice typed, char print[65])
{
    char hex[2 * KEY_BYTES];
    uint8_t h[SHA_LEN];
    size_t n = 0;
    for (size_t i = 0; i < typed.n && n < sizeof hex; i++) {
        char c = typed.p[i];
        if (c != '-' && c != ' ')
            hex[n++] = c >= 'A' && c <= 'F' ? (char)(c + 32) : c;
    }
    sha256((slice){hex, n}, h);
    hex_of(h, sizeof h, print);
    sodium_memzero(hex, sizeof hex);
}

/* --- filing --- */
static void report_draw(struct page *p, const json_t *vals, const struct field_faults *faults)
{
    const struct law_act *a = &law_act[ACT_vulreport_submit];
    struct page_report_fields *o = arena_arr(p->a, struct page_report_fields, a->ins + 1);
    struct page_report_errs *e = arena_arr(p->a, struct page_report_errs, FIELD_FAULTS);
    struct page_report x = {.fields = o, .errs = e, .csrf = page_token(p)};
    for (size_t i = 0; i < a->ins; i++) {
        const struct law_field *f = &law_field[a->in[i].field];
        const char *value = json_string_value(json_object_get(vals, f->name));
        struct page_report_fields *to = &o[x.fields_n++];
        *to = (struct page_report_fields){.name = sl(f->name),
                                          .label = sl(f->ja),
                                          .hint = f->hint ? sl(f->hint) : SLN,
                                          .need = a->in[i].required,
                                          .area = f->type == FT_LONG,
                                          .line = f->type != FT_LONG,
                                          .value = value ? arena_sl(p->a, sl(value)) : SLN};
        for (size_t k = 0; k < faults->n; k++)
            if (strcmp(faults->v[k].name, f->name) == 0)
                to->err = faults->v[k].text;
    }
    for (size_t i = 0; i < faults->n; i++)
        e[x.errs_n++] = (struct page_report_errs){sl(faults->v[i].name), faults->v[i].text};
    page_crumb(p, SL("脆弱性の届出"), SLN);
    page_report(&p->body, &x);
    page_end(p);
}

void report_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct field_faults none = {.n = 0};
    if (!page_visitor(&p, r, ans, "脆弱性の届出"))
        return;
    json_t *vals = json_object();
    report_draw(&p, vals, &none);
    json_decref(vals);
}

/* Whoever sat here leaves: the receipt's finder takes his place. */
static void leave_first(struct page *p)
{
    struct gate_ans a;
    if (!p->c.known)
        return;
    json_t *in = json_pack("{s:s}", "reason", "受付票を開くため");
    server_act(p->r, &p->c, ACT_session_end, p->c.actor.session, in, SLN, &a);
    json_decref(in);
}

static enum err file_now(struct page *p, const json_t *vals, char shown[KEY_SHOWN + 1], struct gate_ans *a,
                         struct fault *f)
{
    char print[65];
    struct gate_actor finder;
    key_draw(shown, print);
    json_t *in = json_pack("{s:s}", "receipt_hash", print);
    slice window = sl(law_role[law_act[ACT_person_receipt].by[0]].name); /* the machine that the row names */
    struct gate_req made = {.act = ACT_person_receipt, .actor.person = window, .in = in};
    gate_act(p->s->gate, &made, a);
    json_decref(in);
    if (!a->err) {
        leave_first(p);
        slice person = arena_sl(p->a, sl(a->subject));
        enum err e = server_sign_in_receipt(p->r, p->ans, person, arena_sl(p->a, sl(print)), &finder, f);
        if (e)
            return e;
        struct gate_req filed = {.act = ACT_vulreport_submit, .actor = finder, .in = vals};
        gate_act(p->s->gate, &filed, a);
    }
    *f = a->fault;
    return a->err;
}

void report_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct fault f;
    struct gate_ans a;
    char shown[KEY_SHOWN + 1];
    struct field_faults faults = {.n = 0};
    if (!page_visitor(&p, r, ans, "脆弱性の届出"))
        return;
    json_t *vals = fields_of_form(r, ACT_vulreport_submit);
    fields_check(&p, ACT_vulreport_submit, vals, &faults);
    if (faults.n) {
        ans->status = err_http(E_FIELD);
        report_draw(&p, vals, &faults);
    } else if (!too_often(&p, &filing, FILE_COST)) {
        if (file_now(&p, vals, shown, &a, &f) != E_OK) {
            page_fault(&p, &f);
        } else {
            char *note = arena_fmt(p.a, "%s %s", a.subject, shown);
            page_leave(&p, SL("/receipt/issued"), FLASH_DONE, note);
            sodium_memzero(note, strlen(note));
        }
    }
    sodium_memzero(shown, sizeof shown);
    json_decref(vals);
}

/* The key once: reading the page takes it away. */
void issued_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    slice id, key;
    if (!page_begin(&p, r, ans, "受付票"))
        return;
    slice note = SLN;
    enum flash_kind k = sess_flash_take(r->sess, r->cookie_id, p.a, &note);
    if (k != FLASH_DONE || !sl_cut(note, ' ', &id, &key)) {
        page_leave(&p, SL("/finder"), FLASH_NONE, NULL);
        return;
    }
    const struct gate_row *row = view_get(p.v, KIND_vulreport, id);
    if (!row || !sl_eq(field_text(row, N_finder), p.c.actor.person)) {
        page_absent(&p);
        return;
    }
    struct page_issued x = {
        .serial = field_text(row, N_serial), .key = key, .href = sl(arena_fmt(p.a, "/finder/" PRIs, ARGs(row->id)))};
    page_crumb(&p, SL("受付票"), SLN);
    page_issued(&p.body, &x);
    page_end(&p);
}

/* --- opening --- */
static void receipt_draw(struct page *p, bool wrong)
{
    struct page_receipt x = {.wrong = wrong, .csrf = page_token(p)};
    page_crumb(p, SL("受付票を開く"), SLN);
    page_receipt(&p->body, &x);
    page_end(p);
}

void receipt_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (page_visitor(&p, r, ans, "受付票を開く"))
        receipt_draw(&p, false);
}

/* One answer for an unknown number, a wrong key and a report that has no receipt, after the same look-up and the same
 * comparison. What fits is asked of the gate once more, which decides. */
static bool receipt_find(struct page *p, slice serial, const char print[65], slice *report, slice *person)
{
    struct dbrows q;
    struct fault f;
    static const char none[65] = "0000000000000000000000000000000000000000000000000000000000000000";
    if (db_run(gate_reader_db(p->c.reader), Q_console_receipt, (struct dbval[]){DBT(serial)}, 1, &q, p->a, &f) !=
        E_OK) {
        log_line(0, "receipt not read what=\"%s\"", f.what);
        return false;
    }
    bool one = q.rows == 1 && ROW(&q, 0, 2).s.n == 64;
    bool fits = sodium_memcmp(one ? ROW(&q, 0, 2).s.p : none, print, 64) == 0;
    *report = one ? ROW(&q, 0, 0).s : SLN;
    *person = one ? ROW(&q, 0, 1).s : SLN;
    return one && fits;
}

void receipt_post(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    struct fault f;
    struct gate_actor finder;
    slice report, person;
    char print[65];
    if (!page_visitor(&p, r, ans, "受付票を開く") || too_often(&p, &trying, TRY_COST))
        return;
    slice serial = sl_trim(http_get(r->form, "serial"));
    key_print(sl_trim(http_get(r->form, "key")), print);
    if (serial.n > 40)
        serial.n = 0;
    if (!receipt_find(&p, serial, print, &report, &person)) {
        ans->status = 403;
        receipt_draw(&p, true);
        return;
    }
    leave_first(&p);
    if (server_sign_in_receipt(r, ans, person, arena_sl(p.a, sl(print)), &finder, &f) != E_OK)
        page_fault(&p, &f);
    else
        page_leave(&p, sl(arena_fmt(p.a, "/finder/" PRIs, ARGs(report))), FLASH_NONE, NULL);
}
