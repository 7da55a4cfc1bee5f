/* The made-up case and board that the picture tests and the kit draw. */
#ifndef TB_TEST_WEB_SAMPLE_H
#define TB_TEST_WEB_SAMPLE_H

#include "web/svg.h"

usec_t sample_at(const char *text); /* "2026-11-22T03:12", JST */
void sample_timeline(struct buf *b);
void sample_board(struct buf *wide, struct buf *tall);
void sample_flow(struct buf *b);
void sample_steps(struct buf *b);
void sample_until(struct buf *b);
void sample_climb(struct buf *b);
void sample_decide(struct buf *b);

#endif
