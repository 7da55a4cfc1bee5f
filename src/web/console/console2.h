/* Screens with a shape of their own: board, proposals, the operator's box, asset filing, the finder's inquiry, rules. */
#ifndef TB_CONSOLE2_H
#define TB_CONSOLE2_H

#include "related.h"

http_handler board_get;                                        /* board.c */
http_handler release_get, release_post, releases_get;          /* release.c */
http_handler box_get, boxitem_get;                             /* opbox.c */
http_handler assets_get, asset_new_get, bulk_get, bulk_form_post; /* assets.c */
http_handler finder_get, finding_get;                          /* finder.c */
http_handler rules_get, clocks_get;                            /* rules.c */

extern const struct http_route console2_routes[];
extern const size_t console2_route_count;

#endif
