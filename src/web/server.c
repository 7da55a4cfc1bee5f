#include "server.h"

#include "web/problem.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* One reader for each server thread; closed when the thread ends. */
struct held_reader {
    struct gate *gate;
    struct gate_reader *reader;
};
static pthread_key_t reader_key;
static pthread_once_t reader_once = PTHREAD_ONCE_INIT;

static void reader_drop(void *p)
{
    struct held_reader *h = p;
    gate_reader_close(h->reader);
    free(h);
}
static void reader_key_make(void)
{
    must(pthread_key_create(&reader_key, reader_drop) == 0);
}

void server_readers_close(void)
{
    pthread_once(&reader_once, reader_key_make);
    struct held_reader *h = pthread_getspecific(reader_key);
    if (h)
        reader_drop(h);
    pthread_setspecific(reader_key, NULL);
}

void server_done(void)
{
    pthread_once(&reader_once, reader_key_make);
    struct held_reader *h = pthread_getspecific(reader_key);
    if (h)
        gate_reader_let(h->reader);
}

static enum err reader_here(struct gate *g, struct gate_reader **out, struct fault *f)
{
    pthread_once(&reader_once, reader_key_make);
    struct held_reader *h = pthread_getspecific(reader_key);
    if (h && h->gate != g) {
        server_readers_close();
        h = NULL;
    }
    if (!h) {
        struct gate_reader *r;
        enum err e = gate_reader_open(g, &r, f);
        if (e)
            return e;
        h = mem_zero(1, sizeof *h);
        *h = (struct held_reader){g, r};
        pthread_setspecific(reader_key, h);
    }
    gate_reader_let(h->reader); /* whatever the last request on this thread has left */
    *out = h->reader;
    return E_OK;
}

struct server *server_of(const struct http_req *r)
{
    return r->ud;
}

enum err server_caller(const struct http_req *r, struct caller *out, struct fault *f)
{
    struct server *s = server_of(r);
    slice person, session;
    *out = (struct caller){0};
    enum err e = reader_here(s->gate, &out->reader, f);
    if (e || !r->signed_in)
        return e;
    if (r->method == HTTP_GET && r->cfg->done) /* one moment for the page; server_done ends it */
        gate_reader_hold(out->reader);
    sl_cut(sl(r->who.person), ' ', &person, &session);
    out->actor = (struct gate_actor){arena_sl(r->a, person), arena_sl(r->a, session)};
    e = gate_person_get(out->reader, out->actor.person, r->a, &out->who, f);
    out->known = !e && sl_is(out->who.actor.state, "ACTIVE");
    return e == E_CALLER ? E_OK : e; /* a database that cannot be asked does not make anybody a stranger */
}

enum err server_sign_in(const struct http_req *r, struct http_ans *ans, slice person, struct fault *f)
{
    struct server *s = server_of(r);
    char both[SESS_PERSON_MAX + 1];
    struct gate_ans a;
    if (!s->exercise)
        return fault_set(f, E_REFUSED, "authenticator", "演習のほかでは、選ぶだけの利用の開始はできません。");
    if (!uuid_ok(person))
        return fault_set(f, E_FIELD, "person", "利用者の番号の形が正しくありません。");
    json_t *in = json_pack("{s:s%, s:s}", "person", person.p, person.n, "authenticator", "EXERCISE");
    struct gate_req q = {.act = ACT_session_open, .actor.person = person, .in = in};
    gate_act(s->gate, &q, &a);
    json_decref(in);
    if (a.err) {
        *f = a.fault;
        return a.err == E_CALLER || a.err == E_ABSENT
                   ? fault_set(f, E_FIELD, "person", "その利用者はいません。一覧から選んでください。")
                   : a.err;
    }
    snprintf(both, sizeof both, PRIs " %s", ARGs(person), a.subject);
    return http_sign_in(r, ans, arena_sl(r->a, sl(both)), f);
}

enum err server_sign_in_receipt(const struct http_req *r, struct http_ans *ans, slice person, slice receipt,
                                struct gate_actor *out, struct fault *f)
{
    char both[SESS_PERSON_MAX + 1];
    struct gate_ans a;
    json_t *in = json_pack("{s:s%, s:s, s:s%}", "person", person.p, person.n, "authenticator", "RECEIPT", "receipt",
                           receipt.p, receipt.n);
    struct gate_req q = {.act = ACT_session_open, .actor.person = person, .in = in};
    gate_act(server_of(r)->gate, &q, &a);
    json_decref(in);
    if (a.err) {
        *f = a.fault;
        return a.err;
    }
    *out = (struct gate_actor){.person = person, .session = arena_sl(r->a, sl(a.subject))};
    snprintf(both, sizeof both, PRIs " %s", ARGs(person), a.subject);
    return http_sign_in(r, ans, arena_sl(r->a, sl(both)), f);
}

void server_sign_out(const struct http_req *r, struct http_ans *ans)
{
    struct caller c;
    struct fault f;
    struct gate_ans a;
    if (server_caller(r, &c, &f) == E_OK && c.known) {
        json_t *in = json_pack("{s:s}", "reason", "本人による終了");
        server_act(r, &c, ACT_session_end, c.actor.session, in, SLN, &a);
        json_decref(in);
    }
    http_sign_out(r, ans);
}

void server_act(const struct http_req *r, const struct caller *c, enum act_id act, slice subject, const json_t *in,
                slice key, struct gate_ans *ans)
{
    struct gate_req q = {.act = act, .subject = subject, .actor = c->actor, .in = in, .key = key};
    gate_reader_let(c->reader);
    gate_act(server_of(r)->gate, &q, ans);
}

void server_export(const struct http_req *r, const struct caller *c, slice id, struct http_ans *out,
                   struct gate_ans *ans)
{
    struct gate_copy copy = {.file = BUF(r->cfg->answer_max)};
    gate_export(server_of(r)->gate, c->reader, &c->who, c->actor, id, &copy, ans);
    if (ans->err == E_OK) {
        out->type = copy.csv ? "text/csv; charset=utf-8" : "application/json";
        buf_sl(&out->body, buf_slice(&copy.file));
        http_download(r, out, sl(arena_fmt(r->a, "export-%" PRId64 "%s", ans->leaf, copy.csv ? ".csv" : ".json")));
        http_add(out, "X-Tobuhi-Leaf", sl(arena_fmt(r->a, "%" PRId64, ans->leaf)));
    }
    buf_free(&copy.file);
}

void server_refuse(const struct http_req *r, struct http_ans *ans, enum act_id act, const struct gate_ans *a)
{
    struct problem_reason why[LAW_REASONS + FLAG_COUNT + 1];
    size_t n = 0;
    if (a->err == E_REFUSED)
        for (size_t i = 0; i < a->d.reasons; i++) {
            const struct law_pred *p = &law_pred[a->d.reason[i]];
            why[n++] = (struct problem_reason){
                .code = sl(p->name), .article = sl(law_act[act].basis), .text = sl(p->ja), .way_out = sl(p->todo)};
        }
    for (int i = 0; i < FLAG_COUNT && a->err == E_REFUSED; i++)
        if (a->missing >> i & 1)
            why[n++] = (struct problem_reason){
                .code = sl(law_flag[i].name), .text = sl(law_flag[i].ja), .way_out = sl(law_flag[i].todo)};
    if (a->err == E_REFUSED && a->denied)
        why[n++] = (struct problem_reason){.code = SL("denied"), .text = sl(a->denied)};
    if (r->api)
        problem_put(r, ans, &a->fault, why, n);
    else
        http_fail(r, ans, &a->fault);
}
