/* export: the exports a person may see, his approved copy as a file, and whose copy a leaked file is. All of it goes
 * through the running server and the gate's view; of a file that is traced only its record numbers are sent. */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "law/law.h"

#define TRACE_FILE ((size_t)64 << 20)
#define TRACE_IDS  2000 /* of one question */

static int refused(const struct app *a, int status, const json_t *out, struct fault *f)
{
    const char *detail = json_string_value(json_object_get(out, "detail")),
               *where = json_string_value(json_object_get(out, "where"));
    if (status)
        fault_set(f, status == 404 ? E_ABSENT : E_REFUSED, where ? where : "export", "%.600s", detail ? detail : "");
    cli_fault(a, f);
    return status ? CLI_NO : CLI_FAIL;
}

/* --- get --- */
static bool write_all(int fd, slice s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n < 0 && errno != EINTR)
            return false;
        s.p += n > 0 ? n : 0;
        s.n -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* A copy is released once: the place for it is made before it is asked for. */
static int get(const struct app *a, struct client *c, const char *id, const char *to)
{
    struct fault f = {0};
    char path[120];
    json_t *out;
    int code = CLI_OK, fd = to ? open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : STDOUT_FILENO;
    if (fd < 0) {
        fault_set(&f, E_IO, to, "書き出すファイルを作れません（%s）。まだ受け取っていません。", strerror(errno));
        return cli_fault(a, &f);
    }
    snprintf(path, sizeof path, "/api/v1/export/%s/file", id);
    int status = client_call(c, "POST", path, NULL, &out, &f);
    if (status != 200) {
        code = refused(a, status, out, &f);
        if (to)
            unlink(to);
    } else if (!write_all(fd, client_body(c)) || (to && fsync(fd) != 0)) {
        fault_set(&f, E_IO, to ? to : "",
                  "受け取った写しを書けません（%s）。渡すのは一度だけです。改めて申請してください。", strerror(errno));
        code = cli_fault(a, &f);
    }
    if (to)
        close(fd);
    json_decref(out);
    return code;
}

/* --- trace --- */
static bool id_char(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f') || c == '-';
}

/* The next record number that stands in the text by itself, in lower case; false when there is none. */
static bool id_next(slice text, size_t *at, char out[UUID_LEN + 1])
{
    while (*at < text.n) {
        size_t from = *at, to = from;
        while (to < text.n && id_char(text.p[to]))
            to++;
        *at = to + 1;
        if (to - from != UUID_LEN)
            continue;
        for (size_t i = 0; i < UUID_LEN; i++)
            out[i] =
                text.p[from + i] >= 'A' && text.p[from + i] <= 'F' ? (char)(text.p[from + i] | 32) : text.p[from + i];
        out[UUID_LEN] = 0;
        if (uuid_ok(sl(out)))
            return true;
    }
    return false;
}

/* What one answer says is added to what the ones before it said of the same copy. */
static void merge(json_t *all, const json_t *answer)
{
    size_t i;
    json_t *x;
    json_array_foreach(json_object_get(answer, "copies"), i, x)
    {
        const char *id = json_string_value(json_object_get(x, "export"));
        json_t *had = json_object_get(all, id ? id : "");
        json_int_t n = json_integer_value(json_object_get(x, "found"));
        if (had)
            json_object_set_new(had, "found", json_integer(n + json_integer_value(json_object_get(had, "found"))));
        else
            json_object_set(all, id ? id : "", x);
    }
}

static int ask(const struct app *a, struct client *c, slice text, json_t *all, size_t *ids)
{
    struct fault f = {0};
    char id[UUID_LEN + 1];
    size_t at = 0;
    int status = 200;
    for (bool more = true; more && status == 200;) {
        json_t *list = json_array(), *in = json_pack("{s:o}", "ids", list), *out = NULL;
        while (json_array_size(list) < TRACE_IDS && (more = id_next(text, &at, id)))
            json_array_append_new(list, json_string(id));
        *ids += json_array_size(list);
        if (json_array_size(list))
            status = client_call(c, "POST", "/api/v1/export/trace", in, &out, &f);
        if (status == 200)
            merge(all, out);
        else
            refused(a, status, out, &f);
        json_decref(in);
        json_decref(out);
    }
    return status;
}

static const char *str(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));
    return z ? z : "";
}

static int trace(const struct app *a, struct client *c, const char *path, bool json)
{
    struct fault f = {0};
    struct arena *r = arena_new(TRACE_FILE + (1 << 20));
    slice text;
    size_t ids = 0;
    const char *key;
    json_t *x, *all = json_object(), *list = json_array();
    int code = CLI_FAIL;
    if (file_read(r, path, TRACE_FILE, &text, &f) != E_OK) {
        cli_fault(a, &f);
    } else if (ask(a, c, text, all, &ids) == 200) {
        code = json_object_size(all) ? CLI_OK : CLI_NO;
        json_object_foreach(all, key, x)
        {
            json_array_append(list, x);
            if (!json)
                printf("%s %s  %s %s  %s  %s  leaf %" JSON_INTEGER_FORMAT "  %" JSON_INTEGER_FORMAT "/%zu\n",
                       law_kind[KIND_export].ja, key, str(x, "name"), str(x, "person"), str(x, "released_at"),
                       str(x, "purpose"), json_integer_value(json_object_get(x, "leaf")),
                       json_integer_value(json_object_get(x, "found")), ids);
        }
        if (!json && code == CLI_NO)
            fprintf(stderr,
                    cli_say(a, "番号%zu件のどれも、あなたの見られる持出しの写しのものではありません。\n",
                            "none of %zu numbers is of a copy whose export you may see\n"),
                    ids);
    }
    if (json && code != CLI_FAIL) {
        json_t *o = json_pack("{s:I, s:O}", "ids", (json_int_t)ids, "copies", list);
        cli_json(o);
        json_decref(o);
    }
    json_decref(list);
    json_decref(all);
    arena_free(r);
    return code;
}

int verb_export(struct app *a, int argc, char **argv)
{
    struct fault f = {0};
    char id[UUID_LEN + 1];
    if (argc > 1 && (strcmp(argv[1], "list") == 0 || strcmp(argv[1], "show") == 0))
        return cli_read(a, argc, argv, KIND_export);
    bool json = cli_flag(&argc, argv, "--json"), fetch = argc > 1 && strcmp(argv[1], "get") == 0;
    const char *as = cli_option(&argc, argv, "--as"), *to = cli_option(&argc, argv, "--out");
    if (!as || argc != 3 || (!fetch && strcmp(argv[1], "trace") != 0) || (fetch && (json || !uuid_ok(sl(argv[2])))) ||
        (!fetch && to))
        return cli_usage(cli_verb_named("export"), a->ja);
    struct client *c = client_new(a);
    const char *person = cli_person(a, c, as, id);
    int code = CLI_FAIL;
    if (person && !client_sign_in(c, person, &f))
        code = cli_fault(a, &f);
    else if (person)
        code = fetch ? get(a, c, argv[2], to) : trace(a, c, argv[2], json);
    client_free(c);
    return code;
}
