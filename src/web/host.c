#include "web/http_int.h"

#include <arpa/inet.h>
#include <netinet/in.h>

static enum err bad_listen(struct fault *f, const char *text)
{
    return fault_set(f, E_CONFIG, "TOBUHI_LISTEN",
                     "%.60s は「127.0.0.1:8080」「[::1]:8080」の形ではありません（数字のアドレスとポート）", text);
}

enum err listen_parse(const char *text, struct listen_at *out, struct fault *f)
{
    slice all = sl(text), host = SLN, port = SLN;
    char z[48];
    int64_t number;
    *out = (struct listen_at){0};
    for (size_t i = all.n; i > 0 && !port.p; i--)
        if (all.p[i - 1] == ':') {
            host = (slice){all.p, i - 1};
            port = (slice){all.p + i, all.n - i};
        }
    if (!sl_int(port, &number) || number < 0 || number > 65535 || port.p[0] == '+' || host.n == 0 ||
        host.n >= sizeof(z))
        return bad_listen(f, text);
    out->port = (unsigned)number;
    snprintf(out->host, sizeof(out->host), PRIs, ARGs(host));
    bool six = host.p[0] == '[' && host.p[host.n - 1] == ']';
    snprintf(z, sizeof(z), PRIs, six ? (int)host.n - 2 : (int)host.n, six ? host.p + 1 : host.p);
    if (six) {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&out->addr;
        *in6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)number)};
        if (inet_pton(AF_INET6, z, &in6->sin6_addr) != 1)
            return bad_listen(f, text);
        out->loopback = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
        return E_OK;
    }
    struct sockaddr_in *in = (struct sockaddr_in *)&out->addr;
    *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
    if (inet_pton(AF_INET, z, &in->sin_addr) != 1)
        return bad_listen(f, text);
    out->loopback = (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    return E_OK;
}

static bool same_name(slice a, slice b)
{
    return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

bool host_allowed(slice host, unsigned port, bool loopback_only, const char *hosts)
{
    static const char *const mine[] = {"127.0.0.1", "localhost", "[::1]"};
    if (loopback_only) {
        char want[40];
        for (size_t i = 0; i < TB_COUNT(mine); i++) {
            snprintf(want, sizeof(want), "%s:%u", mine[i], port);
            if (same_name(host, sl(want)) || (port == 80 && same_name(host, sl(mine[i]))))
                return true;
        }
        return false;
    }
    if (!hosts)
        return host.n > 0;
    slice rest = sl(hosts), name;
    while (rest.n) {
        sl_cut(rest, ',', &name, &rest);
        if (same_name(sl_trim(name), host))
            return true;
    }
    return false;
}

/* A browser says where a request comes from. With no-referrer it sends "Origin: null" for its own forms too, so that
 * value says nothing; Sec-Fetch-Site does. A client that is no browser sends neither. */
enum err sender_allowed(const struct http_req *r, struct fault *f)
{
    slice site = http_header(r, "Sec-Fetch-Site"), origin = http_header(r, "Origin");
    bool other = site.n && !sl_is(site, "same-origin") && !sl_is(site, "none");
    if (origin.n && !sl_is(origin, "null")) {
        slice name = origin;
        if (sl_starts(name, "http://"))
            name = (slice){name.p + 7, name.n - 7};
        else if (sl_starts(name, "https://"))
            name = (slice){name.p + 8, name.n - 8};
        other = other || !same_name(name, r->host);
    }
    if (other)
        return fault_set(f, E_REFUSED, "Origin", "ほかのサイトの画面から送られたため、受け付けません");
    return E_OK;
}
