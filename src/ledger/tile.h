/* The files of a tiled log (C2SP tlog-tiles): paths, contents, and reading what one needs of them.
 * Internal to the ledger. */
#ifndef TB_LEDGER_TILE_H
#define TB_LEDGER_TILE_H

#include "disk.h"
#include "tree.h"

enum {
    TILE_WIDTH = 256,
    TILE_LEVELS = 8,    /* 256^8 > TREE_SIZE_MAX */
    TILE_ENTRIES = -1,  /* the level of entry bundles */
    TILE_PATH_MAX = 96, /* relative to the ledger's directory */
    LEDGER_PATH_MAX = 4096,
    TILE_BYTES_MAX = TILE_WIDTH * (2 + 65535),
};

struct tile {
    int level;  /* 0..TILE_LEVELS-1 or TILE_ENTRIES */
    uint64_t n; /* index within the level */
    unsigned w; /* 1..TILE_WIDTH; TILE_WIDTH is a full one */
};
void tile_path(const struct tile *t, char out[TILE_PATH_MAX]); /* "tile/0/x001/234.p/5" */
bool tile_parse(slice path, struct tile *out);                 /* only what tile_path writes */
int tile_cmp(const struct tile *a, const struct tile *b);      /* by level, n, w */

/* How many of this tile's 256 places a tree of `size` fills: 0 means the tree does not have it. */
unsigned tile_width_at(int level, uint64_t n, uint64_t size);

/* DIR/rel; the caller has checked the length of dir. */
void ledger_path(char out[LEDGER_PATH_MAX], const char *dir, const char *rel);
enum err ledger_dir_ok(const char *dir, struct fault *f);
enum err disk_fault(struct fault *f, int r, const char *doing, const char *path); /* r = -errno */

/* One entry of a bundle: 16-bit length, bytes. */
void bundle_add(struct buf *b, slice entry);
bool bundle_next(slice *rest, slice *entry); /* false: at the end (rest empty) or cut short (rest not empty) */

/* Reads the tile of width t->w, or a fuller one if that has taken its place; t->w becomes the width found.
 * 0, -ENOENT if there is none, or another -errno. The bytes replace what `out` held. */
int tile_fetch(struct disk *d, const char *dir, struct tile *t, struct buf *out);

/* Hashes out of the tiles of a tree of `size`. */
struct tile_reader {
    struct hash_reader r;
    struct disk *d;
    const char *dir;
    uint64_t size;
    struct buf file;
    struct tile at[TILE_LEVELS]; /* w = 0: nothing held */
    struct hash h[TILE_LEVELS][TILE_WIDTH];
};
struct tile_reader *tile_reader_new(struct disk *d, const char *dir, uint64_t size);
void tile_reader_free(struct tile_reader *t);

/* The right edge of a growing tree: the incomplete tile of every level, and the frontier. */
struct edge {
    struct tree t;
    struct hash h[TILE_LEVELS][TILE_WIDTH]; /* level l holds (t.size >> 8·l) mod 256 */
};
/* full: called for every tile that this leaf completes, lowest level first. */
typedef enum err edge_full_fn(void *ud, int level, uint64_t n, const struct hash h[TILE_WIDTH], struct fault *f);
enum err edge_add(struct edge *e, const struct hash *leaf, edge_full_fn *full, void *ud, struct fault *f);
void edge_frontier(struct edge *e, uint64_t size); /* t from h, after h was filled in for a tree of size */

#endif
