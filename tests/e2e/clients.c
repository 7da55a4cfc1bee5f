/* Eight people at the API of a running server, each with connections of his own.
 *
 *   clients race PORT          reads one race a line from standard input:
 *                              {"subject","x":{"person","path","in"},"y":{…}}; half of the eight try x, half y, all at
 *                              the same moment; answers one line each: {"subject","status":[…],"leaf":[…]}
 *   clients file PORT PERSON…  the eight file acts as those people until the server is gone; every act that was
 *                              acknowledged is one line: leaf subject act. (The last answer may have come after the
 *                              leaf and not have been read: that one is not told.) */
#include <curl/curl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"

#define CLIENTS 8
#define PEOPLE  16 /* sessions of one client */

struct session {
    char person[40], token[80];
    CURL *curl;
};
struct client {
    pthread_t id;
    int n;
    struct session s[PEOPLE];
    size_t sessions;
    struct buf body;
};

static const char *port;

/* --- one request --- */
static size_t on_body(char *p, size_t size, size_t n, void *ud)
{
    buf_add(ud, p, size * n);
    return size * n;
}

/* The HTTP status; 0: no answer. */
static long call(struct client *c, struct session *s, const char *path, const json_t *in, json_t **out)
{
    char url[400], head[120];
    long status = 0;
    struct curl_slist *heads = curl_slist_append(NULL, "Content-Type: application/json");
    char *body = json_dumps(in, JSON_COMPACT);
    must(body);
    snprintf(url, sizeof url, "http://127.0.0.1:%s%s", port, path);
    snprintf(head, sizeof head, "X-Tobuhi-Token: %s", s->token);
    if (s->token[0])
        heads = curl_slist_append(heads, head);
    buf_clear(&c->body);
    curl_easy_setopt(s->curl, CURLOPT_URL, url);
    curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, &c->body);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(s->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->curl, CURLOPT_PROXY, "");
    if (curl_easy_perform(s->curl) == CURLE_OK)
        curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(heads);
    free(body);
    *out = status && c->body.n ? json_loadb(c->body.p, c->body.n, 0, NULL) : NULL;
    return status;
}

/* Whoever is too quick waits, as he is told to. */
static long call_patiently(struct client *c, struct session *s, const char *path, const json_t *in, json_t **out)
{
    long status;
    while ((status = call(c, s, path, in, out)) == 429) {
        json_decref(*out);
        usleep(100 * 1000);
    }
    return status;
}

/* False: the server does not let him in. */
static bool session_open(struct client *c, struct session *s, const char *person)
{
    json_t *out;
    s->token[0] = '\0';
    if (!s->curl) {
        s->curl = curl_easy_init();
        must(s->curl);
        curl_easy_setopt(s->curl, CURLOPT_COOKIEFILE, "");
    }
    json_t *in = json_pack("{s:s}", "person", person);
    long status = call_patiently(c, s, "/api/v1/session", in, &out);
    const char *token = json_string_value(json_object_get(out, "token"));
    if (status == 201 && token) {
        snprintf(s->person, sizeof s->person, "%s", person);
        snprintf(s->token, sizeof s->token, "%s", token);
    }
    json_decref(in);
    json_decref(out);
    return status == 201;
}

/* This client's session of that person, opened when first needed; NULL: the server does not let him in. */
static struct session *session_of(struct client *c, const char *person)
{
    for (size_t i = 0; i < c->sessions; i++)
        if (strcmp(c->s[i].person, person) == 0)
            return &c->s[i];
    must(c->sessions < PEOPLE);
    struct session *s = &c->s[c->sessions];
    if (!session_open(c, s, person))
        return NULL;
    c->sessions++;
    return s;
}

/* One act; whoever was idle for so long that his session has ended opens another. */
static long act(struct client *c, struct session *s, const json_t *mine, json_t **out)
{
    const char *path = json_string_value(json_object_get(mine, "path"));
    const json_t *in = json_object_get(mine, "in");
    long status = call_patiently(c, s, path, in, out);
    if (status != 401)
        return status;
    json_decref(*out);
    *out = NULL;
    return session_open(c, s, json_string_value(json_object_get(mine, "person"))) ? call_patiently(c, s, path, in, out)
                                                                                  : status;
}

static void client_close(struct client *c)
{
    for (size_t i = 0; i < PEOPLE; i++)
        if (c->s[i].curl)
            curl_easy_cleanup(c->s[i].curl);
    buf_free(&c->body);
}

/* --- races --- */
static pthread_barrier_t ready, go, done;
static json_t *race; /* NULL: the last one is over */
static struct {
    long status;
    json_int_t leaf;
} result[CLIENTS];

static void *race_main(void *ud)
{
    struct client *c = ud;
    for (;;) {
        json_t *out = NULL;
        pthread_barrier_wait(&ready);
        if (!race)
            return NULL;
        const json_t *mine = json_object_get(race, c->n % 2 ? "y" : "x");
        struct session *s = session_of(c, json_string_value(json_object_get(mine, "person")));
        pthread_barrier_wait(&go);
        result[c->n].status = s ? act(c, s, mine, &out) : -1;
        const json_t *leaf = json_object_get(out, "leaf");
        result[c->n].leaf = json_is_integer(leaf) ? json_integer_value(leaf) : -1;
        json_decref(out);
        pthread_barrier_wait(&done);
    }
}

static void race_tell(void)
{
    json_t *status = json_array(), *leaf = json_array();
    for (int i = 0; i < CLIENTS; i++) {
        json_array_append_new(status, json_integer(result[i].status));
        json_array_append_new(leaf, json_integer(result[i].leaf));
    }
    json_t *o =
        json_pack("{s:O, s:o, s:o}", "subject", json_object_get(race, "subject"), "status", status, "leaf", leaf);
    json_dumpf(o, stdout, JSON_COMPACT);
    putchar('\n');
    fflush(stdout);
    json_decref(o);
}

static void races(void)
{
    static struct client c[CLIENTS];
    static char line[1 << 16];
    pthread_barrier_init(&ready, NULL, CLIENTS + 1);
    pthread_barrier_init(&go, NULL, CLIENTS);
    pthread_barrier_init(&done, NULL, CLIENTS + 1);
    for (int i = 0; i < CLIENTS; i++) {
        c[i] = (struct client){.n = i, .body = BUF(1 << 20)};
        must(pthread_create(&c[i].id, NULL, race_main, &c[i]) == 0);
    }
    while (fgets(line, sizeof line, stdin)) {
        race = json_loads(line, 0, NULL);
        must(race);
        pthread_barrier_wait(&ready);
        pthread_barrier_wait(&done);
        race_tell();
        json_decref(race);
    }
    race = NULL;
    pthread_barrier_wait(&ready);
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(c[i].id, NULL);
        client_close(&c[i]);
    }
}

/* --- filing until the end --- */
static char **people;
static int n_people;
static pthread_mutex_t tell = PTHREAD_MUTEX_INITIALIZER;

static bool told(const json_t *out, long status)
{
    const json_t *leaf = json_object_get(out, "leaf");
    if (status != 200 && status != 201)
        return false;
    must(json_is_integer(leaf));
    pthread_mutex_lock(&tell);
    printf("%" JSON_INTEGER_FORMAT " %s %s\n", json_integer_value(leaf),
           json_string_value(json_object_get(out, "subject")), json_string_value(json_object_get(out, "act")));
    fflush(stdout);
    pthread_mutex_unlock(&tell);
    return true;
}

static json_t *asset_in(int client, unsigned n)
{
    char ref[60];
    snprintf(ref, sizeof ref, "K%ld-%d-%u", (long)getpid(), client, n);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "op_ref", ref, "asset_kind", "K1", "connection",
                     "PART_OF", "facility_class", "F0103", "object", "OS", "product", "制御機", "maker", "丙製作所",
                     "introduced_on", "2026-11-01", "facility_existed", 1);
}

/* Records a machine and notifies it. False: the server is gone, or has no place any more. */
static bool file_one(struct client *c, struct session *s, unsigned n)
{
    char path[120];
    json_t *in = asset_in(c->n, n), *out, *then;
    long status = call_patiently(c, s, "/api/v1/asset/record", in, &out);
    bool on = told(out, status);
    json_decref(in);
    if (on) {
        in = json_pack("{s:s, s:s}", "contact", "情報システム部", "form_ver", "様式第一");
        snprintf(path, sizeof path, "/api/v1/asset/%s/notify", json_string_value(json_object_get(out, "subject")));
        status = call_patiently(c, s, path, in, &then);
        on = told(then, status);
        json_decref(in);
        json_decref(then);
    }
    json_decref(out);
    return on;
}

static void *file_main(void *ud)
{
    struct client *c = ud;
    struct session *s = session_of(c, people[c->n % n_people]);
    for (unsigned n = 0; s && file_one(c, s, n); n++)
        continue;
    return NULL;
}

static void filings(void)
{
    static struct client c[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        c[i] = (struct client){.n = i, .body = BUF(1 << 20)};
        must(pthread_create(&c[i].id, NULL, file_main, &c[i]) == 0);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(c[i].id, NULL);
        client_close(&c[i]);
    }
}

int main(int argc, char **argv)
{
    bool race_mode = argc == 3 && strcmp(argv[1], "race") == 0, file_mode = argc > 3 && strcmp(argv[1], "file") == 0;
    if (!race_mode && !file_mode) {
        fprintf(stderr, "usage: clients race PORT | clients file PORT PERSON…\n");
        return 2;
    }
    port = argv[2];
    curl_global_init(CURL_GLOBAL_DEFAULT);
    people = argv + 3;
    n_people = argc - 3;
    if (race_mode)
        races();
    else
        filings();
    curl_global_cleanup();
    return 0;
}
