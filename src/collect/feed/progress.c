#include "collect/feed/progress.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { BAR_MIN = 8, BAR_MAX = 40, COLUMNS = 80, LINE_BYTES = 1024 };
#define REDRAW (USEC / 10)

/* How many columns the label takes: full-width letters two, the way terminals draw them. */
static int columns_of(const char *z)
{
    int n = 0;
    for (; *z; z++) {
        unsigned char c = (unsigned char)*z;
        n += (c & 0xC0) == 0x80 ? 0 : c >= 0xE3 ? 2 : 1;
    }
    return n;
}

static void put_bar(struct buf *b, int width, uint64_t done, uint64_t size)
{
    int full = done >= size ? width : (int)((double)done * width / (double)size);
    buf_chr(b, '[');
    for (int i = 0; i < width; i++)
        buf_chr(b, i < full ? '#' : '-');
    buf_str(b, "] ");
}

void progress_line(struct buf *b, int columns, const char *label, uint64_t done, uint64_t size, uint64_t records,
                   usec_t elapsed, bool ja)
{
    char tail[96];
    uint64_t rate = elapsed > 0 ? (uint64_t)((double)records * 1e6 / (double)elapsed) : 0;
    int percent = size ? (int)(done >= size ? 100 : (double)done * 100 / (double)size) : -1;
    snprintf(tail, sizeof tail, ja ? "%" PRIu64 " 件 (毎秒 %" PRIu64 " 件)" : "%" PRIu64 " records (%" PRIu64 "/s)",
             records, rate);
    int room = columns - 1 - columns_of(label) - columns_of(tail) - 9;
    buf_fmt(b, "%s ", label);
    if (percent >= 0 && room >= BAR_MIN)
        put_bar(b, room > BAR_MAX ? BAR_MAX : room, done, size);
    if (percent >= 0)
        buf_fmt(b, "%3d%% ", percent);
    buf_str(b, tail);
}

void progress_start(struct progress *p, struct clock *clock, int fd, const char *label, bool ja)
{
    struct winsize ws;
    *p = (struct progress){.clock = clock, .fd = isatty(fd) ? fd : -1, .columns = COLUMNS, .ja = ja};
    snprintf(p->label, sizeof p->label, "%s", label);
    p->start = clock->now(clock);
    if (p->fd >= 0 && ioctl(p->fd, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
        p->columns = ws.ws_col;
}

/* A terminal that has gone away must not stop the work: what cannot be written is let go. */
static void draw(struct progress *p, const char *text, size_t n)
{
    if (write(p->fd, text, n) < 0)
        p->fd = -1;
}

void progress_at(struct progress *p, uint64_t done, uint64_t size, uint64_t records)
{
    if (p->fd < 0)
        return;
    usec_t now = p->clock->now(p->clock);
    if (p->drawn && now - p->shown < REDRAW)
        return;
    struct buf b = BUF(LINE_BYTES);
    buf_str(&b, "\r\033[K");
    progress_line(&b, p->columns, p->label, done, size, records, now - p->start, p->ja);
    draw(p, b.p, b.n);
    buf_free(&b);
    p->shown = now;
    p->drawn = true;
}

void progress_end(struct progress *p)
{
    if (p->fd >= 0 && p->drawn)
        draw(p, "\r\033[K", 4);
    p->drawn = false;
}
