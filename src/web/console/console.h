/* The console: server-rendered pages over the same acts and views as the API. */
#ifndef TB_CONSOLE_H
#define TB_CONSOLE_H

#include "web/server.h"

extern const struct http_route console_routes[];
extern const size_t console_route_count;
http_error_page console_error_page;

#endif
