#include "web/tmpl.h"

#include "web/http.h"

void tmpl_icon(struct buf *b, unsigned icon)
{
    if (icon)
        buf_fmt(b, "<svg class=\"ic\" aria-hidden=\"true\"><use href=\"#i-%s\"/></svg>", tmpl_icons[icon]);
}

void tmpl_int(struct buf *b, int64_t v)
{
    buf_fmt(b, "%" PRId64, v);
}

/* A browser drops line ends and tabs from an address, and reads \ as /: "/\t/host" would leave the server. */
static bool plain(slice s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '\\' || s.p[i] == 0x7F)
            return false;
    return true;
}

void tmpl_url(struct buf *b, slice s)
{
    bool local = s.n > 0 && (s.p[0] == '#' || s.p[0] == '?' || (s.p[0] == '/' && !sl_starts(s, "//")));
    html_esc(b, local && plain(s) ? s : SL("#"));
}

void tmpl_link(struct buf *b, slice s)
{
    html_esc(b, sl_starts(s, "https://") && s.n > 8 && plain(s) ? s : SL("#"));
}

void tmpl_csrf(struct buf *b, slice token)
{
    buf_str(b, "<input type=\"hidden\" name=\"" HTTP_TOKEN_FIELD "\" value=\"");
    html_esc(b, token);
    buf_str(b, "\">");
}
