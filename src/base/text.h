/* Text: UTF-8 checks, folding for search and names, escaping. Unicode tables are utf8proc's. */
#ifndef TB_TEXT_H
#define TB_TEXT_H

#include "base.h"

bool utf8_ok(slice s);
void utf8_mend(char *z);    /* takes out each byte that belongs to no whole character */
size_t utf8_count(slice s); /* code points; s must be valid */
/* Valid, no control characters, no marks that turn the direction of writing (multiline: \n, \t, U+2028 and U+2029
 * may stand). */
bool text_clean(slice s, bool multiline);
/* The form in which names are compared: NFKC, case folded, corporate forms (株式会社, ㈱, Inc., Co., Ltd. …)
 * taken off, runs of spaces and punctuation to one space, dashes and long vowel marks made one and dropped at a word's
 * edge. For comparing, not for showing. Empty only if s is empty or not UTF-8. */
slice text_fold(struct arena *a, slice s);
/* The form in which words are sought in running text: NFKC, case folded, hiragana as katakana, without spaces,
 * punctuation, dashes and long vowel marks. Of old and new characters only those are one that Unicode makes one (﨤
 * stays itself). */
slice text_sought(struct arena *a, slice s);
slice text_nfkc(struct arena *a, slice s); /* NFKC only; empty if s is not UTF-8 */
void html_esc(struct buf *b, slice s);     /* & < > " ' */
void url_esc(struct buf *b, slice s);      /* percent-encoding of everything but unreserved */
bool url_unesc(struct arena *a, slice s, bool plus_is_space, slice *out); /* false: broken % sequence, or a NUL */

/* CSV (RFC 4180, UTF-8 with or without BOM, CRLF or LF), one record at a time from memory; start with {.rest = file}.
 * Returns false at the end; a malformed record sets bad to a message and is skipped to the end of the line it began
 * on, so an open quotation mark does not swallow the file. Empty lines are passed over. Fields live as long as the
 * file and the arena. */
struct csv {
    slice rest;
    size_t line;     /* of the record just read, 1-based */
    const char *bad; /* Japanese; the record then has no fields */
    size_t lines;    /* read so far; the reader's own */
};
bool csv_next(struct csv *c, struct arena *a, slice *field, size_t max, size_t *n);
void csv_put(struct buf *b, slice s, bool last); /* quoted when needed; formula-like cells get a leading ' */

#endif
