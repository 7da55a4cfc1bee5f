#include "collect/feed/scan.h"

#include <string.h>

void scan_init(struct scan *s, const char *const *want, size_t elem_max, size_t skel_max)
{
    *s = (struct scan){.want = want, .found = -1, .elem = BUF(elem_max), .skel = BUF(skel_max)};
}

void scan_free(struct scan *s)
{
    buf_free(&s->elem);
    buf_free(&s->skel);
}

/* From p, which lies in a string: the bytes up to and with its closing quote, or all n. */
static size_t pass_string(struct scan *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s->escaped) {
            s->escaped = false;
        } else if (p[i] == '\\') {
            s->escaped = true;
        } else if (p[i] == '"') {
            s->in_string = false;
            return i + 1;
        }
    }
    return n;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static int wanted(const struct scan *s)
{
    for (int i = 0; s->found < 0 && s->want[i]; i++) {
        if (sl_is((slice){s->key, s->key_n}, s->want[i]))
            return i;
    }
    return -1;
}

static void keep_key(struct scan *s, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s->key_n < sizeof s->key)
            s->key[s->key_n] = p[i];
        s->key_n += s->key_n < sizeof s->key;
    }
}

/* One byte outside strings and outside the array. */
static void head_byte(struct scan *s, char c)
{
    if (c == '"') {
        s->in_string = true;
        s->key_n = 0;
        s->key_ready = false;
    } else if (c == ':') {
        s->key_ready = s->depth == 1;
    } else if (c == '[' && s->key_ready && s->where == SCAN_HEAD && (s->found = wanted(s)) >= 0) {
        s->where = SCAN_FIRST;
        s->depth = 0;
    } else if (!is_space(c)) {
        s->key_ready = false;
        if (c == '{' || c == '[')
            s->depth++;
        else if ((c == '}' || c == ']') && s->depth)
            s->depth--;
    }
}

/* Outside the array: into the skeleton, until the array begins. */
static size_t feed_skeleton(struct scan *s, const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && (s->where == SCAN_HEAD || s->where == SCAN_TAIL)) {
        if (s->in_string) {
            size_t took = pass_string(s, p + i, n - i);
            if (s->depth == 1)
                keep_key(s, p + i, s->in_string ? took : took - 1);
            i += took;
        } else {
            head_byte(s, p[i++]);
        }
    }
    buf_add(&s->skel, p, i);
    return i;
}

/* One byte of the array outside strings: true if it ends the element before it. */
static bool ends_element(struct scan *s, char c)
{
    if (s->depth == 0)
        return c == ',' || c == ']';
    if (c == '{' || c == '[')
        s->depth++;
    else if (c == '}' || c == ']')
        s->depth--;
    return false;
}

/* Inside the array: into elem, until the element ends; the byte that ends it is left. */
static size_t feed_element(struct scan *s, const char *p, size_t n, bool *ended)
{
    size_t i = 0;
    *ended = false;
    while (i < n && !*ended) {
        if (s->in_string) {
            i += pass_string(s, p + i, n - i);
        } else if (p[i] == '"') {
            s->in_string = true;
            i++;
        } else if (s->depth == 0 && (p[i] == '{' || p[i] == '[')) {
            s->depth = 1;
            i++;
        } else if (ends_element(s, p[i])) {
            *ended = true;
        } else {
            i++;
        }
    }
    buf_add(&s->elem, p, i);
    return i;
}

/* Between elements: white space, and the comma or bracket that follows one. */
static enum scan_step feed_between(struct scan *s, const char *p, size_t n, size_t *used)
{
    size_t i = 0;
    while (i < n && is_space(p[i]))
        i++;
    *used = i;
    if (i == n)
        return SCAN_MORE;
    if (s->where == SCAN_AFTER) {
        *used = i + 1;
        s->where = p[i] == ']' ? SCAN_TAIL : SCAN_INSIDE;
    } else if (s->where == SCAN_FIRST && p[i] == ']') {
        *used = i + 1;
        s->where = SCAN_TAIL;
    } else if (p[i] == ',' || p[i] == ']') {
        return SCAN_BAD;
    } else {
        s->where = SCAN_INSIDE;
        s->begun = true;
    }
    if (s->where == SCAN_TAIL) {
        s->depth = 1;
        buf_chr(&s->skel, ']');
    }
    return SCAN_MORE;
}

enum scan_step scan_feed(struct scan *s, const char *p, size_t n, size_t *used)
{
    size_t at = 0;
    if (s->where != SCAN_INSIDE || !s->begun)
        buf_clear(&s->elem);
    while (at < n) {
        size_t took = 0;
        if (s->where == SCAN_HEAD || s->where == SCAN_TAIL) {
            took = feed_skeleton(s, p + at, n - at);
        } else if (s->where == SCAN_INSIDE && s->begun) {
            bool ended;
            took = feed_element(s, p + at, n - at, &ended);
            if (ended) {
                s->where = SCAN_AFTER;
                s->begun = false;
                *used = at + took;
                return SCAN_ELEMENT;
            }
        } else if (feed_between(s, p + at, n - at, &took) == SCAN_BAD) {
            *used = at + took;
            return SCAN_BAD;
        }
        at += took;
    }
    *used = at;
    return SCAN_MORE;
}

/* Bounds on what jansson takes for one value of each kind on a 64-bit machine (its struct, its table, malloc's own). */
enum { COST_OBJECT = 320, COST_ARRAY = 176, COST_MEMBER = 112, COST_VALUE = 80 };

struct scan_cost scan_cost(slice json)
{
    struct scan str = {.in_string = false};
    struct scan_cost c = {.bytes = json.n};
    uint32_t depth = 0;
    for (size_t i = 0; i < json.n;) {
        if (str.in_string) {
            i += pass_string(&str, json.p + i, json.n - i);
            continue;
        }
        char b = json.p[i++];
        str.in_string = b == '"';
        if (b == '{' || b == '[') {
            c.bytes += b == '{' ? COST_OBJECT : COST_ARRAY;
            c.depth = ++depth > c.depth ? depth : c.depth;
        } else if (b == '}' || b == ']') {
            depth -= depth > 0;
        } else if (b == ':' || b == ',') {
            c.bytes += b == ':' ? COST_MEMBER : COST_VALUE;
        }
    }
    return c;
}
