#include "cage.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- which database --- */

static bool on_this_machine(slice host)
{
    return host.n > 0 && (host.p[0] == '/' || sl_starts(host, "%2F") || sl_starts(host, "%2f"));
}

static enum err elsewhere(struct fault *f, const char *where)
{
    return fault_set(f, E_CONFIG, where,
                     "サーバーは、この機械のソケットで届く PostgreSQL だけを使えます（postgresql:///NAME?host=DIR）。"
                     "ほかの機械への接続は、起動のあと塞がれます。");
}

enum err cage_of_db(const char *url, char *(*env)(const char *), bool *sockets, struct fault *f)
{
    static const char *const over[] = {"PGHOSTADDR", "PGSERVICE"}; /* libpq would follow these past the URL */
    slice rest = sl(url), scheme, pair, key, value;
    bool named = false;
    *sockets = !sl_is(rest, "sqlite");
    if (!*sockets)
        return E_OK;
    if (!sl_starts(rest, "postgresql:///"))
        return elsewhere(f, "TOBUHI_DB");
    sl_cut(rest, '?', &scheme, &rest);
    while (rest.n) {
        sl_cut(rest, '&', &pair, &rest);
        sl_cut(pair, '=', &key, &value);
        if (sl_is(key, "hostaddr") || sl_is(key, "service") || (sl_is(key, "host") && !on_this_machine(value)))
            return elsewhere(f, "TOBUHI_DB");
        named = named || sl_is(key, "host");
    }
    for (size_t i = 0; i < TB_COUNT(over); i++)
        if (env(over[i]))
            return elsewhere(f, over[i]);
    return !named && env("PGHOST") && !on_this_machine(sl(env("PGHOST"))) ? elsewhere(f, "PGHOST") : E_OK;
}

/* --- Landlock --- */

static enum err not_shut(struct fault *f, const char *what, int why)
{
    return fault_set(f, E_CONFIG, what,
                     "サーバーの出口を塞げません（%s）。seccomp の使えるLinuxで動かしてください。"
                     "コンテナーなら、その設定を確かめてください。",
                     strerror(why));
}

enum err cage_tcp(bool *net, struct fault *f)
{
    /* As in <linux/landlock.h> of 6.7; Debian 12's is older than what its kernels may run. */
    const struct {
        uint64_t fs, net;
    } rules = {0, 2}; /* LANDLOCK_ACCESS_NET_CONNECT_TCP is handled, and no rule allows it */
    *net = false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return not_shut(f, "no_new_privs", errno);
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 4) /* the version; -1 without Landlock */
        return E_OK;
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0);
    if (fd < 0 || syscall(SYS_landlock_restrict_self, fd, 0) != 0) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        return not_shut(f, "Landlock", why);
    }
    close(fd);
    *net = true;
    return E_OK;
}

/* --- seccomp --- */

/* What no server of ours ever does: whoever tries is not our code, and the process ends at once. */
static const int deadly[] = {
    SCMP_SYS(execve),          SCMP_SYS(execveat),
#if !defined(__SANITIZE_ADDRESS__) /* whose search for leaks stops the threads so */
    SCMP_SYS(ptrace),
#endif
    SCMP_SYS(pidfd_getfd),     SCMP_SYS(process_vm_readv),  SCMP_SYS(process_vm_writev),
    SCMP_SYS(io_uring_setup), /* connects and opens past any filter of calls */
    SCMP_SYS(io_uring_enter),  SCMP_SYS(io_uring_register), SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),       SCMP_SYS(init_module),
    SCMP_SYS(finit_module),    SCMP_SYS(kexec_load),        SCMP_SYS(mount),
    SCMP_SYS(setns),           SCMP_SYS(unshare),
};

#define REFUSE SCMP_ACT_ERRNO(EPERM)

/* Libraries try sockets in good faith (libc asks nscd for a name), so these are refused and do not kill. */
static int refuse_ways_out(scmp_filter_ctx c, bool sockets)
{
    const scmp_datum_t fast = MSG_FASTOPEN; /* connects without connect */
    int e = 0;
    if (sockets) {
        e = seccomp_rule_add(c, REFUSE, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
    } else {
        e = seccomp_rule_add(c, REFUSE, SCMP_SYS(socket), 0);
        e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(connect), 0);
    }
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(socketpair), 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX));
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(bind), 0);
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(listen), 0);
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(sendto), 1, SCMP_A3(SCMP_CMP_MASKED_EQ, fast, fast));
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(sendmsg), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, fast, fast));
    e = e ? e : seccomp_rule_add(c, REFUSE, SCMP_SYS(sendmmsg), 1, SCMP_A3(SCMP_CMP_MASKED_EQ, fast, fast));
    return e;
}

enum err cage_shut(bool sockets, struct fault *f)
{
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_ALLOW);
    int e = c ? seccomp_attr_set(c, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM;
    e = e ? e : seccomp_attr_set(c, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS); /* another table of numbers */
    for (size_t i = 0; !e && i < TB_COUNT(deadly); i++)
        e = seccomp_rule_add(c, SCMP_ACT_KILL_PROCESS, deadly[i], 0);
    e = e ? e : refuse_ways_out(c, sockets);
    e = e ? e : seccomp_load(c);
    if (c)
        seccomp_release(c);
    return e ? not_shut(f, "seccomp", -e) : E_OK;
}
