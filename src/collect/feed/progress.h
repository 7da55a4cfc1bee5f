/* A progress bar on one line of a terminal; silent when stderr is none. Used by the CLI's long verbs. */
#ifndef TB_PROGRESS_H
#define TB_PROGRESS_H

#include "base/base.h"
#include "base/date.h"

struct progress {
    struct clock *clock;
    char label[48];
    usec_t start, shown;
    int fd, columns; /* fd < 0: silent */
    bool drawn, ja;
};
/* fd 2 in programs; silent unless it is a terminal. */
void progress_start(struct progress *p, struct clock *clock, int fd, const char *label, bool ja);
/* done of size (bytes; size 0 = not known) and the records so far; drawn at most ten times a second. */
void progress_at(struct progress *p, uint64_t done, uint64_t size, uint64_t records);
void progress_end(struct progress *p); /* erases the line */

/* The line itself, for `columns` columns, without \r; pure, so that tests can read it. */
void progress_line(struct buf *b, int columns, const char *label, uint64_t done, uint64_t size, uint64_t records,
                   usec_t elapsed, bool ja);

#endif
