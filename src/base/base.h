/* The values that travel through every room: slices, arenas, capped buffers, faults.
 *
 * Lifetimes are named by arenas: one per request, job or batch, each with a hard cap. A slice never
 * owns. Nothing here knows the law. Everything is single-threaded unless said. */
#ifndef TB_BASE_H
#define TB_BASE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TB_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define TB_MUST_CHECK   __attribute__((warn_unused_result))
#define TB_COUNT(a)     (sizeof(a) / sizeof((a)[0]))

/* Bytes that somebody else owns; not NUL-terminated. */
typedef struct {
    const char *p;
    size_t n;
} slice;

#define SL(lit) ((slice){("" lit), sizeof(lit) - 1})
#define SLN     ((slice){0})
#define PRIs    "%.*s"
#define ARGs(s) (int)(s).n, (s).p ? (s).p : ""

slice sl(const char *z);            /* of a NUL-terminated string; NULL gives the empty slice */
bool sl_eq(slice a, slice b);       /* same bytes */
bool sl_is(slice a, const char *z); /* same bytes as z */
int sl_cmp(slice a, slice b);       /* bytewise, shorter first; -1, 0, 1 */
bool sl_starts(slice s, const char *z);
slice sl_trim(slice s);                                 /* ASCII white space off both ends */
bool sl_cut(slice s, char c, slice *head, slice *tail); /* at the first c; false: head = s, tail empty */
bool sl_int(slice s, int64_t *out);                     /* whole slice is a decimal int64 */

/* The impossible: prints where and aborts, in release builds too. */
_Noreturn void tb_die(const char *file, int line, const char *what);
#define must(x) ((x) ? (void)0 : tb_die(__FILE__, __LINE__, #x))

/* --- errors (err.def: C name, HTTP status, API code, Japanese, English) --- */
enum err {
#define X(id, http, code, ja, en) E_##id,
#include "err.def"
#undef X
    E_COUNT
};
int err_http(enum err e);
const char *err_code(enum err e); /* "too-big" */
const char *err_text(enum err e, bool ja);

/* What failed, where, what to do. Filled by the function that found it; `what` is Japanese or English
 * prose for the person who sent the input, never content of a record they may not see. */
struct fault {
    enum err err;
    char where[160]; /* field, file:record, table; "" if none */
    char what[400];
};
enum err fault_set(struct fault *f, enum err e, const char *where, const char *fmt, ...) TB_PRINTF(4, 5);

/* --- memory: never NULL. Where the system has none left the process says so and ends at once (exit MEM_OUT_EXIT), as
 *     if it were killed: no half answer is given, nothing more is written, and the next start recovers. Of 0 bytes: a
 *     piece that may be freed. What was had is given back with free(). The libraries' allocations come here too. --- */
#define MEM_OUT_EXIT 3
_Noreturn void mem_out(size_t n);      /* n bytes could not be had; 0: a thread */
void *mem_take(size_t n);              /* like malloc */
void *mem_zero(size_t n, size_t size); /* like calloc */
void *mem_more(void *p, size_t n);     /* like realloc */
char *mem_text(const char *z);         /* like strdup */

/* For a library's many small pieces that all go at once (JSON values). What mem_piece gives while a thread is in a room
 * comes from there as long as it has room, else from the system; mem_piece_free gives back what is the system's and
 * leaves the rest to mem_room_clear. A piece is freed in the room it came from, by whichever thread is in it then.
 * Outside any room, and always under the address sanitizer, the two are mem_take and free. */
struct mem_room;
struct mem_room *mem_room_new(size_t n);
struct mem_room *mem_room_enter(struct mem_room *r); /* the room left; NULL: none. Enter it again to leave this one */
void mem_room_clear(struct mem_room *r);             /* all its pieces are gone */
void mem_room_free(struct mem_room *r);
void *mem_piece(size_t n);
void mem_piece_free(void *p);

/* --- arena: everything freed at once; NULL is never returned: over the cap is `arena_over` + abort
 *     unless the caller asks with arena_try. The cap counts what is handed out, each piece rounded up to 16. --- */
struct arena;
struct arena *arena_new(size_t cap); /* cap in bytes, a hard limit */
void arena_free(struct arena *a);
void arena_reset(struct arena *a);                        /* keeps the first block */
void *arena_get(struct arena *a, size_t n);               /* zeroed, 16-aligned; dies over the cap */
void *arena_try(struct arena *a, size_t n);               /* NULL over the cap; without memory the process ends */
void *arena_many(struct arena *a, size_t size, size_t n); /* arena_get(size * n), overflow checked */
size_t arena_used(const struct arena *a);
char *arena_dup(struct arena *a, slice s); /* NUL-terminated copy */
slice arena_sl(struct arena *a, slice s);  /* copy (also NUL-terminated) */
char *arena_fmt(struct arena *a, const char *fmt, ...) TB_PRINTF(2, 3);
#define arena_arr(a, T, n) ((T *)arena_many((a), sizeof(T), (size_t)(n)))

/* --- buf: growable bytes with a cap fixed at birth; once over, it stays `over` and takes no more --- */
struct buf {
    char *p; /* NUL-terminated whenever not NULL */
    size_t n, room, max;
    bool over;
};
#define BUF(m) ((struct buf){.max = (m)})
void buf_free(struct buf *b);  /* may be used again, as new */
void buf_clear(struct buf *b); /* empty and no longer over; keeps its memory */
void buf_add(struct buf *b, const void *p, size_t n);
void buf_sl(struct buf *b, slice s);
void buf_str(struct buf *b, const char *z);
void buf_chr(struct buf *b, char c);
void buf_fmt(struct buf *b, const char *fmt, ...) TB_PRINTF(2, 3);
static inline slice buf_slice(const struct buf *b)
{
    return (slice){b->p, b->n};
}

/* --- log: logfmt to stderr, at=… level=… pid=… msg="…"; level 0 error, 1 warning, 2 info, 3 debug. From any thread.
 * --- */
void log_level(int level);
void log_line(int level, const char *fmt, ...) TB_PRINTF(2, 3);

#endif
