/* Version order. A version's key is bytes whose memcmp order is the order of versions, so a version is taken apart
 * once and compared often.
 *
 * GENERIC, for products whose scheme is not known: runs of digits are numbers of any length, runs of letters are
 * words, every other byte separates (`~` marks a pre-release). What comes next in a version ranks
 *   pre-release word < end < other word < number,
 * zeros before the end or a word count for nothing. So 1.0-rc1 < 1.0 = 1.0.0 < 1.0.2 < 1.0.2k < 1.0.2.1.
 * A lone a, b or m is a pre-release only between digits (1.0a1); otherwise it is a patch letter (1.0.2k).
 * Letters and digits are ASCII.
 *
 * PYPI (PEP 440), MAVEN (the POM reference's version order specification), GEM (Gem::Version) and SEMVER (2.0.0; npm,
 * Cargo, Go) are the orders of ranges that say they are of that ecosystem. A text that is no version there has no key.
 */
#ifndef TB_VERSION_H
#define TB_VERSION_H

#include "base/base.h"

enum version_scheme { VERSION_GENERIC, VERSION_PYPI, VERSION_MAVEN, VERSION_GEM, VERSION_SEMVER, VERSION_SCHEMES };
const char *version_scheme_name(enum version_scheme s); /* "generic" "pypi" "maven" "gem" "semver" */
bool version_scheme_of(slice name, enum version_scheme *out);

/* Bytes that the key of n bytes of text can need. */
#define VERSION_KEY_ROOM(n) (5 * (n) + 16)
/* Writes the key, at most VERSION_KEY_ROOM(text.n) bytes; returns its length; 0: no version of that scheme. */
size_t version_key(enum version_scheme s, slice text, uint8_t *out);
size_t version_key_scheme(enum version_scheme s, slice text, uint8_t *out); /* all but GENERIC; scheme.c */
slice version_key_in(struct arena *a, enum version_scheme s, slice text);
/* memcmp, a prefix first: -1, 0, 1. */
int version_key_cmp(slice a, slice b);

/* What a person wrote as a version, made ready for a CPE name: full-width forms narrowed, "Ver.", "バージョン",
 * "第…版" and a leading v taken off, lower case, the part after a space as the update. */
#define VERSION_TEXT_MAX 256 /* bytes; longer is no version */
enum version_said {
    VERSION_ONE,    /* one version */
    VERSION_NONE,   /* nothing, or a word for not known */
    VERSION_UNCLEAR /* more than one, or other words ("以前", "or later", "1.x"): a person must look */
};
struct version_text {
    enum version_said said;
    slice version, update; /* plain text in the arena; empty unless VERSION_ONE; update may be empty */
};
void version_read(struct arena *a, slice written, struct version_text *out);

#endif
