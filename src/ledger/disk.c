#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int real_get(struct disk *d, const char *path, struct buf *out)
{
    (void)d;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    struct stat st;
    int r = fstat(fd, &st) != 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EISDIR;
    char piece[16384];
    while (r == 0) {
        ssize_t got = read(fd, piece, sizeof piece);
        if (got == 0)
            break;
        if (got > 0)
            buf_add(out, piece, (size_t)got);
        else if (errno != EINTR)
            r = -errno;
        if (out->over)
            r = -EFBIG;
    }
    (void)close(fd);
    return r;
}

static int write_all(int fd, slice data)
{
    while (data.n > 0) {
        ssize_t n = write(fd, data.p, data.n);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            data.p += n;
            data.n -= (size_t)n;
        }
    }
    return fdatasync(fd) == 0 ? 0 : -errno;
}

static int real_put(struct disk *d, const char *path, slice data, unsigned mode)
{
    (void)d;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
    if (fd < 0)
        return -errno;
    int r = write_all(fd, data);
    if (close(fd) != 0 && r == 0)
        r = -errno;
    return r;
}

static int real_rename(struct disk *d, const char *from, const char *to)
{
    (void)d;
    return rename(from, to) == 0 ? 0 : -errno;
}

static int real_sync_dir(struct disk *d, const char *path)
{
    (void)d;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    int r = fsync(fd) == 0 ? 0 : -errno;
    (void)close(fd);
    return r;
}

static int real_make_dir(struct disk *d, const char *path)
{
    (void)d;
    return mkdir(path, 0750) == 0 ? 0 : -errno;
}

static int real_remove(struct disk *d, const char *path, bool dir)
{
    (void)d;
    return (dir ? rmdir(path) : unlink(path)) == 0 ? 0 : -errno;
}

static enum disk_kind kind_of(int dir_fd, const struct dirent *ent)
{
    if (ent->d_type == DT_REG)
        return DISK_FILE;
    if (ent->d_type == DT_DIR)
        return DISK_DIR;
    struct stat st;
    if (ent->d_type != DT_UNKNOWN)
        return DISK_OTHER;
    if (fstatat(dir_fd, ent->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
        return DISK_FILE; /* gone since: whoever reads it will see */
    return S_ISREG(st.st_mode) ? DISK_FILE : S_ISDIR(st.st_mode) ? DISK_DIR : DISK_OTHER;
}

static int real_list(struct disk *d, const char *path, int (*each)(void *ud, const char *name, enum disk_kind kind),
                     void *ud)
{
    (void)d;
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    int r = 0;
    while (r == 0) {
        errno = 0;
        const struct dirent *ent = readdir(dir);
        if (!ent) {
            r = -errno;
            break;
        }
        if (strcmp(ent->d_name, ".") != 0 && strcmp(ent->d_name, "..") != 0)
            r = each(ud, ent->d_name, kind_of(dirfd(dir), ent));
    }
    (void)closedir(dir);
    return r;
}

struct disk *disk_real(void)
{
    static struct disk real = {
        .get = real_get,
        .put = real_put,
        .rename = real_rename,
        .sync_dir = real_sync_dir,
        .make_dir = real_make_dir,
        .remove = real_remove,
        .list = real_list,
    };
    return &real;
}
