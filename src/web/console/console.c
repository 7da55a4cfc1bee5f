#include "console.h"

static void home(const struct http_req *r, struct http_ans *ans)
{
    (void)r;
    buf_str(&ans->body, "<!DOCTYPE html><html lang=\"ja\"><title>Tobuhi</title><p>演習</p></html>");
}

const struct http_route console_routes[] = {{HTTP_GET, "/", home, 0}};
const size_t console_route_count = TB_COUNT(console_routes);

void console_error_page(const struct http_req *r, struct http_ans *ans, const struct fault *f)
{
    (void)r;
    buf_fmt(&ans->body, "<!DOCTYPE html><html lang=\"ja\"><title>Tobuhi</title><p>%s</p></html>", f->what);
}
