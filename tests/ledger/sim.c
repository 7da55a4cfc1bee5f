#include "sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint64_t sim_random(struct sim *s)
{
    s->seed ^= s->seed << 13;
    s->seed ^= s->seed >> 7;
    s->seed ^= s->seed << 17;
    return s->seed;
}

static struct sim_name *name_of(const struct sim *s, const char *path)
{
    for (size_t i = 0; i < s->n_name; i++)
        if (strcmp(s->name[i].path, path) == 0)
            return &s->name[i];
    return NULL;
}

static struct sim_name *name_make(struct sim *s, const char *path)
{
    struct sim_name *n = name_of(s, path);
    if (n)
        return n;
    s->name = realloc(s->name, (s->n_name + 1) * sizeof *s->name);
    must(s->name && strlen(path) < sizeof s->name->path);
    n = &s->name[s->n_name++];
    *n = (struct sim_name){.now = -1, .durable = -1};
    memcpy(n->path, path, strlen(path) + 1);
    return n;
}

static int inode_make(struct sim *s, bool dir)
{
    s->inode = realloc(s->inode, (s->n_inode + 1) * sizeof *s->inode);
    must(s->inode);
    s->inode[s->n_inode] = (struct sim_inode){.dir = dir};
    return (int)s->n_inode++;
}

static void inode_set(struct sim_inode *i, const void *p, size_t n)
{
    free(i->p);
    i->p = malloc(n + 1);
    must(i->p);
    if (n)
        memcpy(i->p, p, n);
    i->n = n;
}

int sim_find(const struct sim *s, const char *path)
{
    const struct sim_name *n = name_of(s, path);
    return n ? n->now : -1;
}

static void parent_of(const char *path, char out[160])
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    memcpy(out, path, n);
    out[n] = '\0';
}

static bool parent_there(const struct sim *s, const char *path)
{
    char up[160];
    parent_of(path, up);
    int i = sim_find(s, up);
    return i >= 0 && s->inode[i].dir;
}

/* --- faults --- */

/* 0: go on; else -errno: the operation fails (its halves may have happened). */
static int strike(struct sim *s, bool *die_after)
{
    *die_after = false;
    if (s->dead)
        return -EIO;
    if (++s->ops != s->at || s->how == SIM_NONE)
        return 0;
    s->struck = true;
    if (s->how == SIM_FAIL)
        return s->error;
    s->dead = true;
    *die_after = s->how == SIM_DIE_AFTER;
    return *die_after ? 0 : -EIO;
}

void sim_arm(struct sim *s, uint64_t at, enum sim_fault how, int error)
{
    s->ops = 0;
    s->at = at;
    s->how = how;
    s->error = error;
    s->struck = false;
}

void sim_revive(struct sim *s)
{
    s->dead = false;
    s->how = SIM_NONE;
}

/* Names keep or lose what was not synced, each by itself; then what has no directory above it is gone. */
void sim_power_cut(struct sim *s)
{
    sim_revive(s);
    for (size_t i = 0; i < s->n_name; i++) {
        struct sim_name *n = &s->name[i];
        if (n->now != n->durable && (sim_random(s) >> 20 & 1))
            n->now = n->durable;
        n->durable = n->now;
    }
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < s->n_name; i++) {
            struct sim_name *n = &s->name[i];
            if (n->now < 0 || n->path[0] == '\0' || parent_there(s, n->path))
                continue;
            n->now = n->durable = -1;
            again = true;
        }
    }
}

/* --- the table --- */

void sim_look(struct sim *s)
{
    void (*before)(struct sim *) = s->before;
    s->reads++;
    if (!before)
        return;
    s->before = NULL; /* what the other process reads is nobody's business */
    before(s);
    s->before = before;
}

static int sim_get(struct disk *d, const char *path, struct buf *out)
{
    struct sim *s = (struct sim *)d;
    sim_look(s);
    int i = sim_find(s, path);
    if (s->dead)
        return -EIO;
    if (i < 0)
        return -ENOENT;
    if (s->inode[i].dir)
        return -EISDIR;
    buf_add(out, s->inode[i].p, s->inode[i].n);
    return out->over ? -EFBIG : 0;
}

static int sim_put(struct disk *d, const char *path, slice data, unsigned mode)
{
    struct sim *s = (struct sim *)d;
    bool die_after, was_dead = s->dead;
    (void)mode;
    int r = strike(s, &die_after);
    if (was_dead)
        return r;
    if (!parent_there(s, path))
        return -ENOENT;
    struct sim_name *n = name_make(s, path);
    if (n->now < 0)
        n->now = inode_make(s, false);
    /* Whatever goes wrong goes wrong in the middle: a part is written, its tail may be zeros. */
    size_t part = r == 0 ? data.n : (size_t)(sim_random(s) % (data.n + 1));
    inode_set(&s->inode[n->now], data.p, part);
    if (r != 0 && part > 0)
        memset(s->inode[n->now].p + part - part / 4, 0, part / 4);
    return r;
}

static int sim_rename(struct disk *d, const char *from, const char *to)
{
    struct sim *s = (struct sim *)d;
    bool die_after;
    if (!s->dead && !parent_there(s, to))
        return -ENOENT;
    int r = strike(s, &die_after);
    if (r != 0)
        return r;
    (void)name_make(s, to); /* may move the array */
    must(name_of(s, from) && name_of(s, from)->now >= 0);
    name_of(s, to)->now = name_of(s, from)->now;
    name_of(s, from)->now = -1;
    return 0;
}

static int sim_sync_dir(struct disk *d, const char *path)
{
    struct sim *s = (struct sim *)d;
    bool die_after;
    int r = strike(s, &die_after);
    if (r != 0)
        return r;
    int dir = sim_find(s, path);
    if (dir < 0 || !s->inode[dir].dir)
        return -ENOENT;
    for (size_t i = 0; i < s->n_name; i++) {
        char up[160];
        parent_of(s->name[i].path, up);
        if (s->name[i].path[0] && strcmp(up, path) == 0)
            s->name[i].durable = s->name[i].now;
    }
    return 0;
}

static int sim_make_dir(struct disk *d, const char *path)
{
    struct sim *s = (struct sim *)d;
    bool die_after;
    int r = strike(s, &die_after);
    if (r != 0)
        return r;
    if (!parent_there(s, path))
        return -ENOENT;
    struct sim_name *n = name_make(s, path);
    if (n->now >= 0)
        return -EEXIST;
    n->now = inode_make(s, true);
    return 0;
}

static bool has_children(const struct sim *s, const char *path)
{
    for (size_t i = 0; i < s->n_name; i++) {
        char up[160];
        parent_of(s->name[i].path, up);
        if (s->name[i].now >= 0 && s->name[i].path[0] && strcmp(up, path) == 0)
            return true;
    }
    return false;
}

static int sim_remove(struct disk *d, const char *path, bool dir)
{
    struct sim *s = (struct sim *)d;
    bool die_after;
    int r = strike(s, &die_after);
    if (r != 0)
        return r;
    struct sim_name *n = name_of(s, path);
    if (!n || n->now < 0)
        return -ENOENT;
    if (s->inode[n->now].dir != dir)
        return dir ? -ENOTDIR : -EISDIR;
    if (dir && has_children(s, path))
        return -ENOTEMPTY;
    n->now = -1;
    return 0;
}

/* What the directory holds at this moment; what happens while the names are handed out is not seen. */
static int sim_list(struct disk *d, const char *path, int (*each)(void *ud, const char *name, enum disk_kind kind),
                    void *ud)
{
    struct sim *s = (struct sim *)d;
    sim_look(s);
    if (s->dead)
        return -EIO;
    if (sim_find(s, path) < 0)
        return -ENOENT;
    size_t n = s->n_name, skip = strlen(path) + (*path ? 1 : 0);
    struct sim_name *then = malloc(n * sizeof *then);
    must(then);
    memcpy(then, s->name, n * sizeof *then);
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        char up[160];
        parent_of(then[i].path, up);
        if (then[i].now >= 0 && then[i].path[0] && strcmp(up, path) == 0)
            r = each(ud, then[i].path + skip, s->inode[then[i].now].dir ? DISK_DIR : DISK_FILE);
    }
    free(then);
    return r;
}

static const struct disk table = {
    .get = sim_get,
    .put = sim_put,
    .rename = sim_rename,
    .sync_dir = sim_sync_dir,
    .make_dir = sim_make_dir,
    .remove = sim_remove,
    .list = sim_list,
};

void sim_init(struct sim *s, uint64_t seed)
{
    *s = (struct sim){.d = table, .seed = seed * 2 + 1};
    int root = inode_make(s, true);
    name_make(s, "")->now = root;
    name_of(s, "")->durable = root;
}

void sim_free(struct sim *s)
{
    for (size_t i = 0; i < s->n_inode; i++)
        free(s->inode[i].p);
    free(s->inode);
    free(s->name);
}

void sim_copy(struct sim *to, const struct sim *from)
{
    *to = *from;
    to->inode = calloc(from->n_inode, sizeof *to->inode);
    to->name = malloc(from->n_name * sizeof *to->name);
    must(to->inode && to->name);
    memcpy(to->name, from->name, from->n_name * sizeof *to->name);
    for (size_t i = 0; i < from->n_inode; i++) {
        to->inode[i].dir = from->inode[i].dir;
        if (!from->inode[i].dir)
            inode_set(&to->inode[i], from->inode[i].p, from->inode[i].n);
    }
}

void sim_write(struct sim *s, const char *path, const void *p, size_t n)
{
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
        char up[160];
        memcpy(up, path, (size_t)(slash - path));
        up[slash - path] = '\0';
        struct sim_name *dir = name_make(s, up);
        if (dir->now < 0) {
            int made = inode_make(s, true);
            dir->now = dir->durable = made;
        }
    }
    struct sim_name *name = name_make(s, path);
    if (name->now < 0) {
        int made = inode_make(s, false);
        name->now = name->durable = made;
    }
    inode_set(&s->inode[name->now], p, n);
}

void sim_link(struct sim *s, const char *path, const char *also)
{
    int inode = sim_find(s, path);
    must(inode >= 0);
    struct sim_name *n = name_make(s, also);
    n->now = n->durable = inode;
}

void sim_unlink(struct sim *s, const char *path)
{
    struct sim_name *n = name_of(s, path);
    must(n && n->now >= 0);
    n->now = n->durable = -1;
}
