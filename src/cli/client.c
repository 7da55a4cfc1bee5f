/* A client of the running server over its own address (libcurl). */
#include "cli.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

struct client {
    CURL *curl;
    char base[200], token[80];
    struct buf body;
};

struct client *client_new(const struct app *a)
{
    struct client *c = mem_zero(1, sizeof *c);
    curl_global_init_mem(CURL_GLOBAL_DEFAULT, mem_take, free, mem_more, mem_text, mem_zero);
    c->curl = curl_easy_init();
    if (!c->curl)
        mem_out(0);
    snprintf(c->base, sizeof c->base, "http://%s", a->listen);
    c->body = BUF((size_t)64 << 20);
    curl_easy_setopt(c->curl, CURLOPT_COOKIEFILE, ""); /* cookies in memory */
    return c;
}

void client_free(struct client *c)
{
    if (!c)
        return;
    curl_easy_cleanup(c->curl);
    buf_free(&c->body);
    free(c);
}

static size_t on_body(char *p, size_t size, size_t n, void *ud)
{
    struct client *c = ud;
    buf_add(&c->body, p, size * n);
    return c->body.over ? 0 : size * n;
}

int client_call(struct client *c, const char *method, const char *path, const json_t *in, json_t **out, struct fault *f)
{
    char url[600], head[120];
    struct curl_slist *heads = curl_slist_append(NULL, "Content-Type: application/json");
    char *body = in ? json_dumps(in, JSON_COMPACT) : NULL;
    long status = 0;
    *out = NULL;
    snprintf(url, sizeof url, "%s%s", c->base, path);
    snprintf(head, sizeof head, "X-Tobuhi-Token: %s", c->token);
    if (c->token[0])
        heads = curl_slist_append(heads, head);
    buf_clear(&c->body);
    curl_easy_setopt(c->curl, CURLOPT_URL, url);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, heads);
    curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, body ? body : "");
    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, body ? (long)strlen(body) : 0L);
    if (strcmp(method, "GET") == 0) {
        curl_easy_setopt(c->curl, CURLOPT_HTTPGET, 1L);
        curl_easy_setopt(c->curl, CURLOPT_CUSTOMREQUEST, NULL);
    }
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(c->curl, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
    CURLcode rc = curl_easy_perform(c->curl);
    curl_slist_free_all(heads);
    free(body);
    if (rc != CURLE_OK) {
        fault_set(f, E_IO, c->base,
                  "サーバーが答えません（%s）。tobuhi serve が動いているか、TOBUHI_LISTEN を確かめてください。",
                  curl_easy_strerror(rc));
        return 0;
    }
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    if (c->body.n)
        *out = json_loadb(c->body.p, c->body.n, 0, NULL);
    return (int)status;
}

slice client_body(const struct client *c)
{
    return (slice){c->body.p, c->body.n};
}

bool client_sign_in(struct client *c, const char *person, struct fault *f)
{
    json_t *in = json_pack("{s:s}", "person", person), *out;
    c->token[0] = 0; /* a fresh sign-in replaces the one before */
    curl_easy_setopt(c->curl, CURLOPT_COOKIELIST, "ALL");
    int status = client_call(c, "POST", "/api/v1/session", in, &out, f);
    json_decref(in);
    const char *token = json_string_value(json_object_get(out, "token"));
    if (status == 201 && token)
        snprintf(c->token, sizeof c->token, "%s", token);
    else if (status)
        fault_set(f, E_CALLER, person, "利用を開始できません: %s",
                  json_string_value(json_object_get(out, "detail")) ? json_string_value(json_object_get(out, "detail"))
                                                                    : "");
    json_decref(out);
    return c->token[0] != 0;
}
