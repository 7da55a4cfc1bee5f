/* case and asset: what a person may see of them, through the running server. The view of the gate decides which rows
 * and which fields there are, and leaves the leaf of the reading; here they are only laid out by the law's own words.
 */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "law/law.h"

struct reading {
    struct app *a;
    enum kind_id kind;
    struct client *c;
    bool json;
};

static int unreadable(const struct reading *r, int status, const json_t *out, struct fault *f)
{
    const char *detail = json_string_value(json_object_get(out, "detail")),
               *where = json_string_value(json_object_get(out, "where"));
    if (status)
        fault_set(f, status == 404 ? E_ABSENT : E_REFUSED, where ? where : law_kind[r->kind].name, "%.400s",
                  detail ? detail : "");
    cli_fault(r->a, f);
    return status ? CLI_NO : CLI_FAIL;
}

/* One value as people read it: an option's word, a list's parts. */
static void value_print(const struct law_field *f, const json_t *v)
{
    size_t i;
    const json_t *x;
    if (json_is_string(v)) {
        const char *text = json_string_value(v);
        printf("%s", f && f->type == FT_ENUM ? law_option_ja(f, sl(text)) : text);
    } else if (json_is_boolean(v)) {
        printf("%s", json_is_true(v) ? "はい" : "いいえ");
    } else if (json_is_array(v)) {
        json_array_foreach(v, i, x)
        {
            printf("%s", i ? "、" : "");
            value_print(f, x);
        }
    } else {
        json_dumpf(v, stdout, JSON_COMPACT | JSON_ENCODE_ANY);
    }
}

static void fields_print(const json_t *o, const enum field_id *field, size_t n, const char *indent)
{
    for (size_t i = 0; i < n; i++) {
        const struct law_field *f = &law_field[field[i]];
        const json_t *v = json_object_get(o, f->name);
        if (!v || json_is_null(v))
            continue;
        printf("%s%s: ", indent, f->ja);
        value_print(f, v);
        putchar('\n');
    }
}

static const char *state_ja(enum kind_id k, const char *name)
{
    const struct law_state *s = name ? law_state_of(k, law_state_named(sl(name))) : NULL;
    return s ? s->ja : name ? name : "";
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *z = json_string_value(json_object_get(o, name));
    return z ? z : "";
}

/* A line: number, state, and the first three things that were written in words. */
static void line_print(enum kind_id k, const json_t *o)
{
    printf("%s  %s", text_of(o, "id"), state_ja(k, text_of(o, "state")));
    for (size_t i = 0, shown = 0; i < law_kind[k].fields && shown < 3; i++) {
        const struct law_field *f = &law_field[law_kind[k].field[i]];
        const json_t *v = json_object_get(o, f->name);
        if (f->type != FT_TEXT || !json_is_string(v))
            continue;
        printf("  %s", json_string_value(v));
        shown++;
    }
    putchar('\n');
}

static void item_print(const struct reading *r, const json_t *o)
{
    const enum kind_id k = r->kind;
    const json_t *x, *list = json_object_get(o, "clocks"), *records = json_object_get(o, "records");
    size_t i;
    printf("%s %s  %s  leaf %" JSON_INTEGER_FORMAT "\n", law_kind[k].ja, text_of(o, "id"),
           state_ja(k, text_of(o, "state")), json_integer_value(json_object_get(o, "leaf")));
    fields_print(o, law_kind[k].field, law_kind[k].fields, "  ");
    json_array_foreach(list, i, x)
    {
        printf("%s %s\n", law_kind[KIND_clock].ja, state_ja(KIND_clock, text_of(x, "state")));
        fields_print(x, law_kind[KIND_clock].field, law_kind[KIND_clock].fields, "  ");
    }
    for (int c = 0; c < CHILD_COUNT; c++) {
        if (law_child[c].kind != k)
            continue;
        json_array_foreach(json_object_get(records, law_child[c].name), i, x)
        {
            printf("%s  leaf %" JSON_INTEGER_FORMAT "\n", law_child[c].ja,
                   json_integer_value(json_object_get(x, "leaf")));
            fields_print(x, law_child[c].field, law_child[c].fields, "  ");
        }
    }
    json_array_foreach(json_object_get(o, "acts"), i, x) if (json_is_true(json_object_get(x, "allowed"))) printf(
        "%s: tobuhi act %s %s\n", cli_say(r->a, "できる手続", "open to you"), text_of(x, "act"), text_of(o, "id"));
}

static void list_print(const struct reading *r, const json_t *out)
{
    const json_t *x, *items = json_object_get(out, "items");
    json_int_t next = json_integer_value(json_object_get(out, "next"));
    size_t i;
    json_array_foreach(items, i, x) line_print(r->kind, x);
    fprintf(stderr, cli_say(r->a, "%zu件\n", "%zu items\n"), json_array_size(items));
    if (next)
        fprintf(stderr,
                cli_say(r->a, "続きは --before %" JSON_INTEGER_FORMAT "\n",
                        "go on with --before %" JSON_INTEGER_FORMAT "\n"),
                next);
}

static int read_path(const struct reading *r, const char *path, bool one)
{
    struct fault f = {0};
    json_t *out;
    int status = client_call(r->c, "GET", path, NULL, &out, &f), code = CLI_OK;
    if (status != 200)
        code = unreadable(r, status, out, &f);
    else if (r->json)
        cli_json(out);
    else if (one)
        item_print(r, out);
    else
        list_print(r, out);
    json_decref(out);
    return code;
}

/* The options that were given, as a query; false when one is too long to be meant. */
static bool query_of(int *argc, char **argv, const char *const *name, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        char option[32];
        snprintf(option, sizeof option, "--%s", name[i]);
        const char *v = cli_option(argc, argv, option);
        if (!v)
            continue;
        buf_fmt(out, "%s%s=", memchr(out->p ? out->p : "", '?', out->n) ? "&" : "?", name[i]);
        for (; *v; v++)
            buf_fmt(out,
                    strchr("-_.", *v) || (*v >= '0' && *v <= '9') || ((*v | 32) >= 'a' && (*v | 32) <= 'z') ? "%c"
                                                                                                            : "%%%02X",
                    (unsigned char)*v);
    }
    return !out->over;
}

int cli_read(struct app *a, int argc, char **argv, enum kind_id kind)
{
    static const char *const of_list[] = {"state", "owner", "sector", "before", "limit", "purpose"};
    struct fault f = {0};
    struct buf path = BUF(520); /* what a request of client_call holds */
    char id[UUID_LEN + 1];
    struct reading r = {.a = a, .kind = kind, .json = cli_flag(&argc, argv, "--json")};
    const char *as = cli_option(&argc, argv, "--as");
    bool one = argc > 1 && strcmp(argv[1], "show") == 0;
    int code = CLI_FAIL;
    buf_fmt(&path, "/api/v1/%s%s%s", law_kind[kind].name, one ? "/" : "", one && argc > 2 ? argv[2] : "");
    bool fits = query_of(&argc, argv, one ? of_list + 5 : of_list, one ? 1 : 6, &path);
    if (!as || argc != (one ? 3 : 2) || (!one && strcmp(argv[1], "list") != 0) || (one && !uuid_ok(sl(argv[2])))) {
        buf_free(&path);
        return cli_usage(cli_verb_named(law_kind[kind].name), a->ja);
    }
    if (!fits) {
        fault_set(&f, E_TOO_BIG, law_kind[kind].name, "%s",
                  cli_say(a, "条件と目的が長すぎます。短くしてください。", "the options are too long; shorten them."));
        buf_free(&path);
        return cli_fault(a, &f);
    }
    r.c = client_new(a);
    const char *person = cli_person(a, r.c, as, id);
    if (person && !client_sign_in(r.c, person, &f))
        code = cli_fault(a, &f);
    else if (person)
        code = read_path(&r, path.p, one);
    client_free(r.c);
    buf_free(&path);
    return code;
}

int verb_case(struct app *a, int argc, char **argv)
{
    return cli_read(a, argc, argv, KIND_case);
}

int verb_asset(struct app *a, int argc, char **argv)
{
    return cli_read(a, argc, argv, KIND_asset);
}
