#include "home.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exercise/exercise.h"

#ifndef TOBUHI_EXERCISE_DATA
#define TOBUHI_EXERCISE_DATA "exercise"
#endif

static enum err env(const char *name, const char *other, char *out, size_t n, struct fault *f)
{
    const char *v = getenv(name);
    if (!v || !*v)
        v = other;
    if (strlen(v) >= n)
        return fault_set(f, E_CONFIG, name, "%s が長すぎます（%zu字まで）。", name, n - 1);
    snprintf(out, n, "%s", v);
    return E_OK;
}

/* An installed program's data stand beside it (PREFIX/bin, PREFIX/share), wherever a DESTDIR has put both; a program
 * that was only built has those it was built from. */
static void data_beside(char *out, size_t n)
{
    char exe[400];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    snprintf(out, n, "%s", TOBUHI_EXERCISE_DATA);
    if (len <= 0 || (size_t)len >= sizeof exe - 1)
        return; /* a path we cannot hold is not one to guess from */
    exe[len] = 0;
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(exe, '/');
        if (!slash)
            return;
        *slash = 0;
    }
    char path[sizeof exe + 40];
    snprintf(path, sizeof path, "%s/share/tobuhi/exercise", exe);
    if (access(path, F_OK) == 0 && strlen(path) < n)
        snprintf(out, n, "%s", path);
}

static bool japanese(void)
{
    static const char *const name[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < TB_COUNT(name); i++) {
        const char *v = getenv(name[i]);
        if (v && *v)
            return strncmp(v, "ja", 2) == 0;
    }
    return true;
}

enum err app_env(struct app *a, struct fault *f)
{
    char data[sizeof a->data];
    *a = (struct app){.ja = japanese()};
    data_beside(data, sizeof data);
    enum err e = env("TOBUHI_HOME", "var", a->home, sizeof a->home, f);
    if (!e)
        e = env("TOBUHI_DB", "sqlite", a->db, sizeof a->db, f);
    if (!e)
        e = env("TOBUHI_LISTEN", "127.0.0.1:8080", a->listen, sizeof a->listen, f);
    if (!e)
        e = env("TOBUHI_DATA", data, a->data, sizeof a->data, f);
    if (!e && strcmp(a->db, "sqlite") != 0 && strncmp(a->db, "postgresql:", 11) != 0)
        e = fault_set(f, E_CONFIG, "TOBUHI_DB", "TOBUHI_DB は sqlite 又は postgresql:///NAME?host=DIR です。");
    if (e)
        return e;
    char mark[512];
    snprintf(mark, sizeof mark, "%s/exercise.json", a->home);
    a->exercise = access(mark, F_OK) == 0;
    return E_OK;
}

enum err app_gate_config(struct app *a, bool threaded, struct gate_config *out, struct fault *f)
{
    *out = (struct gate_config){.which = DB_PARTNERS,
                                .home = a->home,
                                .db = a->db,
                                .legal = clock_wall(),
                                .wall = clock_wall(),
                                .rng = rng_system(),
                                .exercise = a->exercise,
                                .threaded = threaded,
                                .drop.act = ACT_COUNT};
    if (!a->exercise)
        return E_OK;
    out->legal = &a->legal.c;
    return exercise_clock_load(a->home, clock_wall(), &a->legal, f);
}

static void say(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

/* Seeds with a standing clock, then lets the simulated date run on. */
static enum err exercise_make(struct app *a, struct fault *f)
{
    struct gate_config c;
    struct gate *g;
    enum err e = app_gate_config(a, false, &c, f);
    if (e)
        return e;
    clock_set_init(&a->legal, instant_of_day(day_of(2026, 10, 1)), false);
    c.legal = &a->legal.c;
    c.exercise = true;
    e = gate_open(&g, &c, f);
    if (e)
        return e;
    if (gate_founded(g))
        e = fault_set(f, E_CONFLICT, a->home,
                      "このホームには、もう台帳があります。演習は空のホームで始めてください（TOBUHI_HOME）。");
    if (!e)
        e = exercise_seed(g, &a->legal, a->data, say, f);
    if (!e)
        e = exercise_clock_save(a->home, clock_wall(), &a->legal, f);
    gate_close(g);
    if (!e)
        a->exercise = true;
    return e;
}

enum err app_open(struct app *a, bool exercise, bool threaded, struct gate **out, struct fault *f)
{
    struct gate_config c;
    enum err e = E_OK;
    *out = NULL;
    if (exercise && !a->exercise)
        e = exercise_make(a, f);
    if (!e)
        e = app_gate_config(a, threaded, &c, f);
    if (!e)
        e = gate_open(out, &c, f);
    if (!e && !gate_founded(*out)) {
        gate_close(*out);
        *out = NULL;
        e = fault_set(f, E_CONFIG, a->home,
                      "台帳がまだありません。演習は tobuhi exercise "
                      "init、本番は創設の書面（docs/operations.md）で始めてください。");
    }
    return e;
}
