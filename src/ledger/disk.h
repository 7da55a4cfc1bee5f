/* The disk under the ledger, a table so that tests can fail, tear and lose every single operation.
 *
 * Every operation returns 0 or -errno. `put` makes the bytes of a file durable, not its name: a name is
 * durable after `sync_dir` of its directory. */
#ifndef TB_LEDGER_DISK_H
#define TB_LEDGER_DISK_H

#include "base/base.h"

enum disk_kind { DISK_FILE, DISK_DIR, DISK_OTHER };

struct disk {
    /* Appends the regular file to out; -EFBIG if it does not fit out's cap. Follows no link. */
    int (*get)(struct disk *d, const char *path, struct buf *out);
    int (*put)(struct disk *d, const char *path, slice data, unsigned mode); /* create or truncate, write, fdatasync */
    int (*rename)(struct disk *d, const char *from, const char *to);
    int (*sync_dir)(struct disk *d, const char *path);
    int (*make_dir)(struct disk *d, const char *path); /* -EEXIST is for the caller to bear */
    int (*remove)(struct disk *d, const char *path, bool dir);
    /* each: returns 0 to go on; any other value stops the walk and is returned. Order is the disk's own. */
    int (*list)(struct disk *d, const char *path, int (*each)(void *ud, const char *name, enum disk_kind kind),
                void *ud);
};
struct disk *disk_real(void);

#endif
