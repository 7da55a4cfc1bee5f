/* Pages a second at 64 connections that stay: one without a label beside a bare libmicrohttpd that asks SQLite once and
 * fills a template of the same bytes; one with a labelled row, its leaf durable before the first byte, beside bare
 * inserts of those very leaves, as many to a transaction. The load comes from wrk, on the same cores. */
#include "measure.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "web/console/console.h"
#include "web/server.h"

#define SECONDS "2"
#define LINKS   "64"

/* --- the console, as the program serves it --- */
struct site {
    struct http *http;
    struct server server;
    struct sess_table *sess;
};

static void site_open(struct site *w, struct gate *g)
{
    struct fault f;
    struct http_cfg cfg = http_cfg_default();
    *w = (struct site){.server = {.gate = g, .legal = gate_config_of(g)->legal},
                       .sess = sess_open(clock_wall(), rng_system(), SESS_LIMITS)};
    cfg.route = console_routes(&cfg.routes);
    cfg.ud = &w->server;
    cfg.wall = clock_wall();
    cfg.sess = w->sess;
    cfg.loopback_only = true;
    cfg.error_page = console_error_page;
    cfg.done = server_done;
    cfg.rate = cfg.burst = 10000000;
    if (http_start(&w->http, &cfg, &f) != E_OK) {
        fprintf(stderr, "http_start: %s\n", f.what);
        exit(1);
    }
}

static void site_close(struct site *w)
{
    http_stop(w->http, 1000);
    sess_close(w->sess);
}

static void sign_in(struct site *w, struct place *p, int who, char cookie[SESS_ID_LEN + 1])
{
    char both[SESS_PERSON_MAX + 1];
    struct fault f;
    snprintf(both, sizeof both, "%s %s", p->person[who], p->session[who]);
    must(sess_new(w->sess, sl(both), cookie, &f) == E_OK);
}

/* --- one look, one load --- */
struct answer {
    char *text, *body; /* body within text */
    size_t body_n;
};

static struct answer look(unsigned port, const char *path, const char *cookie)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char ask[400];
    size_t room = 1 << 20, n = 0;
    ssize_t got;
    struct answer a = {.text = malloc(room)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    must(a.text && fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    int len =
        snprintf(ask, sizeof ask, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nCookie: %s=%s\r\nConnection: close\r\n\r\n",
                 path, port, SESS_COOKIE, cookie);
    must(write(fd, ask, (size_t)len) == len);
    while (n + 1 < room && (got = read(fd, a.text + n, room - n - 1)) > 0)
        n += (size_t)got;
    close(fd);
    a.text[n] = 0;
    a.body = strstr(a.text, "\r\n\r\n");
    if (!a.body || strncmp(a.text, "HTTP/1.1 200 ", 13) != 0) {
        fprintf(stderr, "%s: %.200s\n", path, a.text);
        exit(1);
    }
    *a.body = 0;
    a.body += 4;
    a.body_n = n - (size_t)(a.body - a.text);
    return a;
}

/* Pages a second, and a second of processor time of ours. */
static double load(unsigned port, const char *path, const char *cookie, double *per_cpu)
{
    double cpu = place_cpu(), pages = 0;
    char command[500], line[300];
    double rate = 0;
    snprintf(command, sizeof command,
             "wrk -t1 -c" LINKS " -d" SECONDS "s -H 'Cookie: %s=%s' http://127.0.0.1:%u%s 2>&1", SESS_COOKIE, cookie,
             port, path);
    FILE *f = popen(command, "r");
    must(f);
    while (fgets(line, sizeof line, f)) {
        (void)sscanf(line, "Requests/sec: %lf", &rate);
        (void)sscanf(line, " %lf requests in", &pages);
        if (strstr(line, "Non-2xx") || strstr(line, "Socket errors"))
            fprintf(stderr, "%s: %s", path, line);
    }
    must(pclose(f) == 0 && rate > 0 && pages > 0);
    *per_cpu = pages / (place_cpu() - cpu);
    return rate;
}

/* --- the bare server --- */
struct bare {
    struct MHD_Daemon *daemon;
    char store[120], id[UUID_LEN + 1];
    struct answer like;
    slice name; /* what the query gives, wherever it stands in the page */
};
static _Thread_local sqlite3 *bare_db;
static _Thread_local sqlite3_stmt *bare_get;

static void bare_open_db(const struct bare *b)
{
    must(sqlite3_open_v2(b->store, &bare_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK);
    must(sqlite3_prepare_v2(bare_db, "SELECT \"name\" FROM s_org WHERE id = ?1", -1, &bare_get, NULL) == SQLITE_OK);
}

static char *bare_page(const struct bare *b, size_t *n)
{
    struct buf out = BUF(1 << 20);
    sqlite3_bind_text(bare_get, 1, b->id, -1, SQLITE_STATIC);
    must(sqlite3_step(bare_get) == SQLITE_ROW);
    slice name = {(const char *)sqlite3_column_text(bare_get, 0), (size_t)sqlite3_column_bytes(bare_get, 0)};
    const char *from = b->like.body, *end = from + b->like.body_n, *at;
    while ((at = memmem(from, (size_t)(end - from), b->name.p, b->name.n))) {
        buf_add(&out, from, (size_t)(at - from));
        html_esc(&out, name);
        from = at + b->name.n;
    }
    buf_add(&out, from, (size_t)(end - from));
    sqlite3_reset(bare_get);
    *n = out.n;
    return out.p;
}

static enum MHD_Result bare_answer(void *ud, struct MHD_Connection *c, const char *url, const char *method,
                                   const char *version, const char *data, size_t *n, void **con)
{
    static int seen;
    struct bare *b = ud;
    size_t len;
    (void)url, (void)method, (void)version, (void)data, (void)n;
    if (!*con) {
        *con = &seen;
        return MHD_YES;
    }
    if (!bare_db)
        bare_open_db(b);
    char *page = bare_page(b, &len);
    struct MHD_Response *out = MHD_create_response_from_buffer(len, page, MHD_RESPMEM_MUST_FREE);
    char *line = strstr(b->like.text, "\r\n"), *next;
    for (; line; line = next) { /* the same headers */
        char key[80], value[400];
        next = strstr(line + 2, "\r\n");
        if (sscanf(line + 2, "%79[^:]: %399[^\r]", key, value) == 2 && strcasecmp(key, "Date") != 0 &&
            strcasecmp(key, "Connection") != 0 && strcasecmp(key, "Content-Length") != 0)
            MHD_add_response_header(out, key, value);
    }
    enum MHD_Result ok = MHD_queue_response(c, 200, out);
    MHD_destroy_response(out);
    return ok;
}

static unsigned bare_start(struct bare *b)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    b->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC, 0, NULL, NULL, bare_answer, b,
                                 MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&at, MHD_OPTION_THREAD_POOL_SIZE,
                                 http_cfg_default().threads, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(128 * 1024),
                                 MHD_OPTION_END);
    must(b->daemon);
    return MHD_get_daemon_info(b->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* --- the measures --- */
static void unlabelled(const struct stage *s, struct site *w, const char *cookie)
{
    char path[80];
    struct ratio r;
    struct bare b = {.name = SL("第1電力")};
    snprintf(path, sizeof path, "/item/org/%s", s->place->org[1]);
    snprintf(b.store, sizeof b.store, "%s/partners.db", s->place->dir);
    snprintf(b.id, sizeof b.id, "%s", s->place->org[1]);
    (void)floor_take(s->floor);
    b.like = look(http_port(w->http), path, cookie);
    must(memmem(b.like.body, b.like.body_n, b.name.p, b.name.n));
    unsigned port = bare_start(&b);
    struct answer same = look(port, path, cookie);
    must(same.body_n == b.like.body_n && memcmp(same.body, b.like.body, same.body_n) == 0);
    for (int i = 0; i < ROUNDS; i++) {
        r.ours[i] = load(http_port(w->http), path, cookie, &r.ours_cpu[i]);
        r.floor[i] = load(port, path, cookie, &r.floor_cpu[i]);
    }
    must(floor_take(s->floor) == 0); /* it carried no label: it left no leaf */
    MHD_stop_daemon(b.daemon);
    free(same.text);
    free(b.like.text);
    measure_say("page", s->subjects, &r);
}

static void labelled(const struct stage *s, struct site *w, const char *cookie, const char *what, const char *path)
{
    struct ratio r;
    (void)floor_take(s->floor);
    (void)floor_put(s->floor, 1000);
    for (int i = 0; i < ROUNDS; i++) {
        int64_t commits = gate_commits(s->place->g);
        r.ours[i] = load(http_port(w->http), path, cookie, &r.ours_cpu[i]);
        usleep(200 * 1000); /* answers to connections that are gone */
        commits = gate_commits(s->place->g) - commits;
        double leaves = (double)floor_take(s->floor);
        must(leaves >= r.ours[i]); /* one for each page at the least: the load ran for more than a second */
        double cpu = place_cpu();
        r.floor[i] = leaves / floor_put(s->floor, leaves / (double)commits);
        r.floor_cpu[i] = leaves / (place_cpu() - cpu);
    }
    measure_say(what, s->subjects, &r);
}

void measure_pages(const struct stage *s)
{
    struct site w;
    char office[SESS_ID_LEN + 1], filer[SESS_ID_LEN + 1], path[80];
    struct gate_ans a;
    json_t *in = place_asset(s->place->serial++);
    gate_act(s->place->g,
             &(struct gate_req){.act = ACT_asset_record, .actor = place_actor(s->place, PLACE_STAFF), .in = in}, &a);
    json_decref(in);
    must(a.err == E_OK);
    site_open(&w, s->place->g);
    sign_in(&w, s->place, 0, office);
    sign_in(&w, s->place, PLACE_STAFF, filer);
    unlabelled(s, &w, office);
    snprintf(path, sizeof path, "/item/asset/%s", a.subject);
    labelled(s, &w, filer, "page-leaf", path);
    site_close(&w);
}
