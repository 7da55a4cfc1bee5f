/* Code of somebody else inside the server: preloaded, it tries the ways out twice, once when the program begins
 * (where all must succeed, or the tries would prove nothing) and once when it has begun to serve and waits for a
 * signal. INTRUDER: a folder for what it found, `before` and `after`; INTRUDER_PORT: of a listener on 127.0.0.1 to
 * reach; INTRUDER_DO: a deadly try of the second time. A line for each try: its name, and errno or 0. */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int sigwait(const sigset_t *set, int *sig);

static int kept[4]; /* TCP sockets from before the door was shut */
static struct sockaddr_in there;

static int error_of(long r)
{
    return r < 0 ? errno : 0;
}

static int over_inet(void)
{
    int s = socket(AF_INET, SOCK_STREAM, 0);
    return s < 0 ? errno : error_of(connect(s, (struct sockaddr *)&there, sizeof there));
}

static int over(int socket_kept)
{
    return error_of(connect(socket_kept, (struct sockaddr *)&there, sizeof there));
}

static int over_fast_open(int socket_kept)
{
    return error_of(sendto(socket_kept, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&there, sizeof there));
}

static int listening(int socket_kept)
{
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return error_of(bind(socket_kept, (struct sockaddr *)&any, sizeof any));
}

/* The first time in a child, whose exit says whether it went; the second time here. */
static int deadly(const char *what)
{
    char *const none[] = {NULL}, *const args[] = {"true", NULL};
    char here[4] = "abc", copy[4];
    struct iovec from = {here, sizeof here}, to = {copy, sizeof copy};
    if (strcmp(what, "exec") == 0)
        return execve("/bin/true", args, none), errno;
    if (strcmp(what, "ptrace") == 0)
        return error_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    return error_of(process_vm_readv(getpid(), &to, 1, &from, 1, 0));
}

static int deadly_in_child(const char *what)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        _exit(deadly(what));
    waitpid(child, &status, 0);
    return status;
}

static void tries(const char *when, int first)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", getenv("INTRUDER"), when);
    FILE *f = fopen(path, "w");
    if (!f)
        abort();
    fprintf(f, "inet %d\n", over_inet());
    fprintf(f, "kept %d\n", over(kept[first]));
    fprintf(f, "fastopen %d\n", over_fast_open(kept[first + 1]));
    fprintf(f, "unix %d\n", error_of(socket(AF_UNIX, SOCK_STREAM, 0)));
    fprintf(f, "netlink %d\n", error_of(socket(AF_NETLINK, SOCK_RAW, 0)));
    int s =
        first == 0 ? socket(AF_INET, SOCK_STREAM, 0) : kept[1]; /* connected meanwhile: EINVAL, were it not refused */
    fprintf(f, "bind %d\n", listening(s));
    fclose(f);
}

__attribute__((constructor)) static void begin(void)
{
    const char *port = getenv("INTRUDER_PORT"), *what = getenv("INTRUDER_DO");
    there = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    there.sin_port = htons((unsigned short)strtol(port ? port : "0", NULL, 10));
    for (int i = 0; i < 4; i++)
        kept[i] = socket(AF_INET, SOCK_STREAM, 0);
    tries("before", 0);
    if (what && deadly_in_child(what) != 0)
        abort();
}

int sigwait(const sigset_t *set, int *sig)
{
    int (*real)(const sigset_t *, int *);
    void *p = dlsym(RTLD_NEXT, "sigwait");
    memcpy(&real, &p, sizeof real);
    tries("after", 2);
    if (getenv("INTRUDER_DO"))
        deadly(getenv("INTRUDER_DO"));
    return real(set, sig);
}
