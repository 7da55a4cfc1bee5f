/* Screens with a shape of their own: board, proposals, the operator's box, asset filing, the finder's inquiry, rules.
 */
#ifndef TB_CONSOLE2_H
#define TB_CONSOLE2_H

#include "related.h"

http_handler board_get;                                                    /* board.c */
http_handler release_get, release_post, releases_get;                      /* release.c */
http_handler box_get, boxitem_get;                                         /* opbox.c */
http_handler assets_get, asset_new_get, forward_post;                      /* assets.c */
http_handler bulk_get, bulk_form_post, bulk_template_get, bulk_result_get; /* bulkfile.c */
http_handler finder_get, finding_get;                                      /* finder.c */
http_handler rules_get, clocks_get;                                        /* rules.c */

/* May this person do it now? *second: the condition of two persons is what stops him. board.c */
bool console_able(struct page *p, const struct gate_person *who, enum act_id act, const struct gate_row *row,
                  bool *second);

/* May this person see what was filed of a sector, by the same matrix as each filing? board.c */
bool console_sees(const struct page *p, enum class_id class, enum kind_id kind, slice sector, enum basis_id *basis);
/* The read leaf for numbers: true when they may go out. board.c */
bool console_counted(struct page *p, const char *object, const char *class, enum basis_id basis, size_t rows,
                     slice text);
slice words_asset_kind(struct arena *a, slice kind); /* K2_3 as people write it: K2.3. assets.c */

extern const struct http_route console2_routes[];
extern const size_t console2_route_count;

#endif
