/* Screens with a shape of their own: board, proposals, the operator's box, asset filing, the finder's inquiry, rules.
 */
#ifndef TB_CONSOLE2_H
#define TB_CONSOLE2_H

#include "tally.h"
#include "related.h"
#include "ticks.h"

http_handler board_get;                                                      /* board.c */
http_handler release_get, release_post, releases_get;                        /* release.c */
http_handler box_get, boxitem_get;                                           /* opbox.c */
http_handler assets_get, asset_new_get, forward_post;                        /* assets.c */
http_handler bulk_get, bulk_form_post, bulk_template_get, bulk_result_get;   /* bulkfile.c */
http_handler finder_get, finding_get;                                        /* finder.c */
http_handler report_get, report_post, receipt_get, receipt_post, issued_get; /* receipt.c */
http_handler rules_get, clocks_get;                                          /* rules.c */
http_handler unresolved_get;                                                 /* unresolved.c */
int64_t unresolved_count(struct page *p);
http_handler proofs_get, proof_leaf_get, proof_of_get, proof_file_get; /* proof.c */
http_handler proof_head_get, proof_key_get;
http_handler triage_get;                                        /* triage.c */
http_handler watch_get;                                         /* watch.c */
http_handler matches_get;                                       /* matches.c */
http_handler publish_get, publishes_get;                        /* publish.c */
slice publish_href(struct page *p, const struct gate_row *cas); /* empty: not for this reader */
http_handler advisories_get, advisory_get, csaf_get;            /* advisories.c */
http_handler handover_get, handover_post;                       /* handover.c */
http_handler search_get;                                        /* search.c */

/* May this person do it now? *second: the condition of two persons is what stops him. board.c */
bool console_able(struct page *p, const struct gate_person *who, enum act_id act, const struct gate_row *row,
                  bool *second);

slice words_asset_kind(struct arena *a, slice kind); /* K2_3 as people write it: K2.3. assets.c */

extern const struct http_route console2_routes[];
extern const size_t console2_route_count;

#endif
