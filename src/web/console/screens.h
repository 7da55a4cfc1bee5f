/* The handlers of the console's general screens; the routes stand in console.c. */
#ifndef TB_SCREENS_H
#define TB_SCREENS_H

#include "page.h"

http_handler start_get, start_post, leave_post, story_post; /* start.c */
http_handler form_get, form_post;                           /* form.c */
http_handler item_get, list_get, kinds_get;                 /* item.c, list.c */
http_handler inbox_get;                                     /* inbox.c */
http_handler case_get, cases_get;                           /* case.c */

#endif
