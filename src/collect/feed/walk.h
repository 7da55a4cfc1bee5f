/* Which files of a folder belong to a feed, by their names. */
#ifndef TB_FEED_WALK_H
#define TB_FEED_WALK_H

#include "collect/feed/feed.h"

enum walk_kind { WALK_OTHER, WALK_PLAIN, WALK_TAR };
/* By the name's ending, in any case: .json or .csv as the format has it, .tar, each also with .gz .zst .xz .bz2
 * .lz4 after it; .tgz, .tzst. (An .xz is refused when it is read, so that it is not passed over in silence.) */
enum walk_kind walk_kind(enum feed_format format, slice name);
bool walk_packed(slice name); /* it ends in one of the compressions' suffixes */

/* The regular files below a folder, bytewise sorted; symbolic links and names beginning with a dot are left out. */
struct walk {
    char **path; /* begins with the folder's own path */
    size_t n, room;
};
enum err walk_folder(struct walk *w, enum feed_format format, const char *folder, bool ja,
                     struct fault *f) TB_MUST_CHECK;
void walk_free(struct walk *w);

/* A folder's own files: those that are read as one unit. */
bool walk_in_unit(enum feed_format format, slice name);

#endif
