/* The console's routes, and where a person begins. */
#include "console.h"

#include <pthread.h>
#include <string.h>

#include "screens.h"
#ifdef TB_CONSOLE2
#include "console2.h"
#endif

/* A person begins where his work is; a visitor chooses who he is. */
static void home_get(const struct http_req *r, struct http_ans *ans)
{
    struct page p;
    if (page_begin(&p, r, ans, "はじめ"))
        page_leave(&p, page_home(&p), FLASH_NONE, NULL);
}

static const struct http_route own[] = {
    {HTTP_GET, "/", home_get, 0},
    {HTTP_GET, "/start", start_get, 0},
    {HTTP_POST, "/start", start_post, HTTP_FORM},
    {HTTP_POST, "/leave", leave_post, HTTP_FORM},
    {HTTP_POST, "/sign-out", leave_post, HTTP_FORM},
    {HTTP_POST, "/story/continue", story_post, HTTP_FORM},
    {HTTP_GET, "/act/{act}", form_get, 0},
    {HTTP_POST, "/act/{act}", form_post, HTTP_FORM},
    {HTTP_GET, "/item/{kind}/{id}", item_get, 0},
    {HTTP_GET, "/list/{kind}", list_get, 0},
    {HTTP_GET, "/list", kinds_get, 0},
    {HTTP_GET, "/inbox", inbox_get, 0},
    {HTTP_GET, "/cases", cases_get, 0},
    {HTTP_GET, "/case/{id}", case_get, 0},
};

#ifdef TB_CONSOLE2
#define MORE_N console2_route_count
#else
#define MORE_N ((size_t)0)
#endif

static struct http_route *all;
static size_t all_n;

static void routes_make(void)
{
    all_n = TB_COUNT(own) + MORE_N;
    all = mem_zero(all_n, sizeof *all);
    memcpy(all, own, sizeof own);
#ifdef TB_CONSOLE2
    memcpy(all + TB_COUNT(own), console2_routes, console2_route_count * sizeof *all);
#endif
}

const struct http_route *console_routes(size_t *n)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, routes_make);
    *n = all_n;
    return all;
}

bool console_has(const char *pattern)
{
    size_t n;
    const struct http_route *r = console_routes(&n);
    for (size_t i = 0; i < n; i++)
        if (r[i].method == HTTP_GET && strcmp(r[i].pattern, pattern) == 0)
            return true;
    return false;
}
