/* What the generated pages call; see tools/tmpl.py for the templates. */
#ifndef TB_TMPL_H
#define TB_TMPL_H

#include "base/base.h"
#include "base/text.h"

#define TMPL_LIT(b, lit) buf_add((b), (lit), sizeof(lit) - 1)

extern const char *const tmpl_icons[];
void tmpl_sprite(struct buf *b);
void tmpl_icon(struct buf *b, unsigned icon);
void tmpl_int(struct buf *b, int64_t v);
void tmpl_url(struct buf *b, slice s);  /* a local address; anything else becomes "#" */
void tmpl_link(struct buf *b, slice s); /* https:// alone; anything else becomes "#" */
void tmpl_csrf(struct buf *b, slice token);

#endif
