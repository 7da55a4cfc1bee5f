/* What match.c (filling), run.c (matching) and explain.c (reasons) share; nobody else includes it.
 *
 * Everything is a dense number: an attribute value is a symbol, part+vendor+product a `pvp`, the other eight attributes
 * a `tail`, a criterion's text a `crit`, four bounds a `range`, an asset's pvp+tail a `class`. Assets of one class
 * behave alike but for their systems. Trees are stored flat in document order: a node is followed by its subtree, a
 * record's leaves lie together. */
#ifndef TB_MATCH_INT_H
#define TB_MATCH_INT_H

#include "analyse/match/match.h"
#include "analyse/match/table.h"

#define NONE UINT32_MAX
enum { SYM_ANY, SYM_NA }; /* the first two symbols */
#define PVP_ATTRS  3u
#define TAIL_ATTRS ((unsigned)CPE_ATTRS - PVP_ATTRS)

struct crit {
    uint32_t pvp, tail;
    bool bad;  /* no CPE name */
    bool wide; /* part, vendor or product is no plain value: every asset must be looked at */
};

struct leaf {
    uint32_t crit;
    uint32_t range; /* 0: no bounds */
    bool vulnerable;
};

struct node {
    uint32_t end;          /* of its subtree in node[] */
    uint32_t leaf, leaves; /* its own */
    bool is_and, negate;
};

struct vuln {
    uint32_t node, configs;
    uint32_t leaf; /* the first; a leaf's number in a configuration counts from its root's `leaf` */
    enum vuln_source source;
    bool rejected;
    usec_t modified, state_at; /* of what counts; of the newest word on its state */
};

struct asset {
    uint32_t filer, system; /* filer: the operator */
    uint32_t class, alias;  /* NONE: not resolved; by its own CPE */
    bool named;             /* came without CPE */
    bool package;           /* of a distribution, known by name */
    bool unclear_cpe, unclear_version;
    slice vendor, product, version;
};

struct alias {
    uint32_t pvp;
    slice rule;
};

struct member { /* of a system, each class once; open ones first, then by pvp */
    uint32_t system, pvp, class;
    bool open;
};

/* Built by match_prepare from what was added. */
struct match_index {
    bool fresh;
    uint32_t *pvp_first, *pvp_class;     /* classes of a pvp */
    uint32_t *open_class, open_n;        /* classes whose part, vendor or product is ANY */
    uint32_t *class_first, *class_asset; /* assets of a class */
    uint32_t *system_first;              /* into member[] */
    struct member *member;
    uint32_t *order; /* vulnerabilities by id */
};

struct match_engine {
    bool ja;
    struct budget budget;
    struct table syms, pvps, tails, crits, ranges, vers, classes, filers, systems, vuln_ids, asset_ids, aliases;
    struct crit *crit;
    struct leaf *leaf;
    struct node *node;
    struct vuln *vuln;
    struct asset *asset;
    struct alias *alias;
    slice *vkey;         /* by ver */
    uint32_t *class_ver; /* by class; NONE: version ANY or NA */
    size_t crit_room, leaf_room, node_room, vuln_room, asset_room, alias_room, vkey_room, class_room;
    uint32_t leaves, nodes;
    uint64_t bad_leaves;
    struct match_index ix;
};

static inline const uint32_t *table_u32(const struct table *t, uint32_t i)
{
    return (const uint32_t *)(const void *)t->key[i].p; /* arena pieces are 16-aligned */
}

static inline uint32_t sym_of(const struct match_engine *e, uint32_t pvp, uint32_t tail, unsigned a)
{
    return a < PVP_ATTRS ? table_u32(&e->pvps, pvp)[a] : table_u32(&e->tails, tail)[a - PVP_ATTRS];
}

static inline const uint32_t *class_pair(const struct match_engine *e, uint32_t class) /* pvp, tail */
{
    return table_u32(&e->classes, class);
}

struct cpe_value match_sym_value(const struct match_engine *e, uint32_t sym);
enum err match_prepare(struct match_engine *e, struct fault *f) TB_MUST_CHECK;

/* One leaf against one class, with everything a reason needs. */
struct match_test {
    enum match_level level;
    enum match_range range;
    enum vuln_bound outside;
    enum cpe_rel rel[CPE_ATTRS];
};
enum match_level match_leaf(const struct match_engine *e, const struct leaf *l, uint32_t class);
void match_leaf_test(const struct match_engine *e, const struct leaf *l, uint32_t class, struct match_test *out);
/* A node over a system; -1: nothing in it could be read. */
int match_node(const struct match_engine *e, uint32_t node, uint32_t system);

/* One asset under one vulnerability, as the run keeps it. */
struct hit {
    uint32_t asset, rank; /* rank: in ix.order */
    uint32_t config, root, leaf;
    uint8_t level, own, tree;
};
void match_fill_why(const struct match_engine *e, const struct hit *h, struct arena *a, struct match_why *out);

#endif
