/* The console: server-rendered pages over the same acts and views as the API. */
#ifndef TB_CONSOLE_H
#define TB_CONSOLE_H

#include "web/server.h"

const struct http_route *console_routes(size_t *n); /* all of the console's; lives as long as the program */
http_error_page console_error_page;

#endif
