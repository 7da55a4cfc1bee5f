/* Memory that ends: preloaded, it lets the allocations of the process fail that a test has chosen.
 *
 * SCARCE: a file of three 64-bit numbers, shared with the test:
 *   left   allocations until one fails; 0: none does. The test writes it, also while the process runs.
 *   many   how many fail from then on.
 *   seen   allocations so far.
 * A process that dies by a signal says on its way where: addr2line -e PROGRAM -f 0x… names the lines. */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static struct {
    _Atomic int64_t left, many, seen;
} * shared;

static void died(int signo)
{
    void *at[60];
    backtrace_symbols_fd(at, backtrace(at, 60), STDERR_FILENO);
    raise(signo); /* with SA_RESETHAND: for good */
}

__attribute__((constructor)) static void begin(void)
{
    void *one[1];
    (void)backtrace(one, 1); /* loads what it needs now, while there is memory */
    for (size_t i = 0; i < 3; i++)
        sigaction((int[]){SIGSEGV, SIGABRT, SIGBUS}[i],
                  &(struct sigaction){.sa_handler = died, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)}, NULL);
    const char *path = getenv("SCARCE");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        abort();
    void *p = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED)
        abort();
    close(fd);
    shared = p;
}

static int fails(void)
{
    if (!shared)
        return 0;
    atomic_fetch_add(&shared->seen, 1);
    if (atomic_load(&shared->left) <= 0 || atomic_fetch_sub(&shared->left, 1) > 1)
        return 0;
    if (atomic_fetch_sub(&shared->many, 1) > 1)
        atomic_store(&shared->left, 1); /* the next one too */
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return fails() ? NULL : __libc_realloc(p, n);
}

void *memalign(size_t align, size_t n)
{
    return fails() ? NULL : __libc_memalign(align, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    return memalign(align, n);
}

int posix_memalign(void **out, size_t align, size_t n)
{
    void *p = memalign(align, n);
    if (!p)
        return ENOMEM;
    *out = p;
    return 0;
}
