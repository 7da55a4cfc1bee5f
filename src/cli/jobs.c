#include "jobs.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/collect.h"

#define JOB_MAX ((size_t)8 << 20)

static enum err write_json(const char *path, const json_t *o, struct fault *f)
{
    char *z = json_dumps(o, JSON_COMPACT);
    must(z);
    enum err e = file_write_atomic(path, sl(z), 0600, f);
    free(z);
    return e;
}

static json_t *read_json(const char *path)
{
    struct fault f;
    slice s;
    struct arena *a = arena_new(JOB_MAX + 4096);
    json_t *o = file_read(a, path, JOB_MAX, &s, &f) == E_OK ? json_loadb(s.p, s.n, 0, NULL) : NULL;
    arena_free(a);
    return o;
}

static json_t *job_of(const char *format, const char *const *paths, size_t n)
{
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        char *real = realpath(paths[i], NULL); /* the server stands elsewhere */
        json_array_append_new(list, json_string(real ? real : paths[i]));
        free(real);
    }
    return json_pack("{s:s, s:s, s:o}", "verb", "import", "format", format, "paths", list);
}

enum err jobs_import(const struct app *a, const char *format, const char *const *paths, size_t n, unsigned patience,
                     json_t **out, struct fault *f)
{
    char dir[500], id[UUID_LEN + 1], path[600], taken[600], done[600];
    snprintf(dir, sizeof dir, "%s/jobs", a->home);
    uuid_new(rng_system(), id);
    snprintf(path, sizeof path, "%s/%s.todo", dir, id);
    snprintf(taken, sizeof taken, "%s/%s.doing", dir, id);
    snprintf(done, sizeof done, "%s/%s.done", dir, id);
    *out = NULL;
    json_t *job = job_of(format, paths, n);
    enum err e = dir_make(dir, 0700, f);
    if (!e)
        e = write_json(path, job, f);
    json_decref(job);
    for (unsigned i = 0; !e && !*out; i++) {
        usleep(100 * 1000);
        *out = read_json(done);
        if (!*out && i > patience * 10 && access(taken, F_OK) != 0 &&
            unlink(path) == 0) /* nobody took it, and now nobody will */
            e = fault_set(f, E_BUSY, a->home, "%s",
                          cli_say(a,
                                  "ほかのプロセスがこのホームの書込みの権限を持っていますが、取込みを引き受けません。to"
                                  "buhi serve の記録を確かめてください。",
                                  "Another process is the writer of this home and does not take the import; look at "
                                  "the log of tobuhi serve."));
    }
    unlink(done);
    return e;
}

static json_t *import_here(const struct app *a, struct gate *g, struct gate_reader *r, const json_t *job)
{
    const char *format = json_string_value(json_object_get(job, "format"));
    const json_t *list = json_object_get(job, "paths");
    const char *path[1000];
    size_t n = json_array_size(list) < TB_COUNT(path) ? json_array_size(list) : TB_COUNT(path);
    struct import_report rep;
    struct fault f;
    for (size_t i = 0; i < n; i++)
        path[i] = json_string_value(json_array_get(list, i));
    struct import_opt o = {
        .format = format ? feed_format_of(sl(format)) : FEED_NONE, .paths = path, .n = n, .ja = a->ja};
    if (o.format == FEED_NONE || n == 0)
        return json_pack("{s:i, s:s}", "code", CLI_USAGE, "what", "import");
    if (import_run(g, r, &o, &rep, &f) != E_OK)
        return json_pack("{s:i, s:s, s:s}", "code", CLI_FAIL, "what", f.what, "where", f.where);
    json_t *out =
        json_pack("{s:i, s:o}", "code", rep.unread ? CLI_NO : CLI_OK, "line", import_report_json(&rep, format));
    if (rep.unread)
        json_object_set_new(out, "what", json_string(rep.last.what));
    import_report_free(&rep);
    return out;
}

/* The oldest by name; a job that was being done when the server died is done again: an import goes on where it stopped.
 */
static bool next_job(const char *dir, char name[64])
{
    DIR *d = opendir(dir);
    struct dirent *e;
    bool found = false;
    while (d && (e = readdir(d)) != NULL) {
        size_t n = strlen(e->d_name);
        bool ours =
            (n > 5 && strcmp(e->d_name + n - 5, ".todo") == 0) || (n > 6 && strcmp(e->d_name + n - 6, ".doing") == 0);
        if (!ours || n >= 64 || (found && strcmp(e->d_name, name) >= 0))
            continue;
        memcpy(name, e->d_name, n + 1);
        found = true;
    }
    if (d)
        closedir(d);
    return found;
}

bool jobs_serve(const struct app *a, struct gate *g, struct gate_reader *r)
{
    char dir[500], name[64], path[600], doing[600], done[600];
    struct fault f;
    snprintf(dir, sizeof dir, "%s/jobs", a->home);
    if (!next_job(dir, name))
        return false;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    *strrchr(name, '.') = 0;
    snprintf(doing, sizeof doing, "%s/%s.doing", dir, name);
    snprintf(done, sizeof done, "%s/%s.done", dir, name);
    if (strcmp(path, doing) != 0 && rename(path, doing) != 0)
        return false; /* taken back meanwhile */
    json_t *job = read_json(doing), *answer = import_here(a, g, r, job);
    if (write_json(done, answer, &f) != E_OK)
        log_line(0, "job not answered job=%s what=\"%s\"", name, f.what);
    unlink(doing);
    json_decref(job);
    json_decref(answer);
    return true;
}
