/* A disk in memory that forgets: what was not synced may be lost, kept or torn at a power cut, and any single
 * operation can fail or be the last one of its process. */
#ifndef TB_TEST_LEDGER_SIM_H
#define TB_TEST_LEDGER_SIM_H

#include "ledger/disk.h"

enum sim_fault { SIM_NONE, SIM_FAIL, SIM_DIE_BEFORE, SIM_DIE_AFTER };

struct sim_inode {
    bool dir;
    char *p;
    size_t n;
};

/* One name: what a running system sees, and what the platter holds. -1: not there. */
struct sim_name {
    char path[160];
    int now, durable;
};

struct sim {
    struct disk d;
    struct sim_inode *inode;
    size_t n_inode;
    struct sim_name *name;
    size_t n_name;
    uint64_t ops; /* operations that change something */
    uint64_t at;  /* the one that goes wrong */
    enum sim_fault how;
    int error;   /* of SIM_FAIL */
    bool struck; /* the fault has happened */
    bool dead;
    uint64_t seed;
    uint64_t reads;                /* looks at the disk */
    void (*before)(struct sim *s); /* called before each look, when not NULL: what another process does meanwhile */
};

void sim_init(struct sim *s, uint64_t seed);
void sim_free(struct sim *s);
void sim_copy(struct sim *to, const struct sim *from);
void sim_revive(struct sim *s);    /* a new process: everything that was seen is still seen */
void sim_power_cut(struct sim *s); /* a new process after a power cut: unsynced names are kept or lost at random */
void sim_arm(struct sim *s, uint64_t at, enum sim_fault how, int error);

/* For tests that touch files: index of the inode behind the path, or -1. */
int sim_find(const struct sim *s, const char *path);
void sim_write(struct sim *s, const char *path, const void *p,
               size_t n);                                         /* behind the ledger's back; makes it if absent */
void sim_link(struct sim *s, const char *path, const char *also); /* one inode, two names */
void sim_unlink(struct sim *s, const char *path);
void sim_look(struct sim *s); /* for looks elsewhere, say into the store: counts, and calls `before` */
uint64_t sim_random(struct sim *s);

#endif
