/* The server: one gate, the HTTP room, a second hand for clocks and matching. */
#include "jobs.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyse/analyse.h"
#include "cage.h"
#include "exercise/exercise.h"
#include "web/console/console.h"
#include "web/server.h"

struct running {
    struct app *app;
    struct gate *gate;
    struct server server;
    struct gate_reader *reader; /* of the second hand */
    bool sockets;               /* the database is reached by one */
    atomic_bool stop;
    pthread_mutex_t lock; /* the simulated date */
};

static void advance(struct server *s, usec_t by)
{
    struct running *r = s->ud;
    struct fault f;
    pthread_mutex_lock(&r->lock);
    r->app->legal.at += by;
    if (exercise_clock_save(r->app->home, clock_wall(), &r->app->legal, &f) != E_OK)
        log_line(0, "exercise clock not saved what=\"%s\"", f.what);
    pthread_mutex_unlock(&r->lock);
    gate_tick(s->gate);
}

/* A generation is due when something it reads has changed since the last one: the newest such leaf, or -1. One that
 * changes nothing leaves no leaf, so that the caller remembers how far it came. */
static int64_t match_due(struct running *r)
{
    struct arena *a = arena_new(1 << 16);
    struct dbrows rows;
    struct fault f;
    int64_t due = -1;
    if (db_run(gate_reader_db(r->reader), Q_match_dirty, NULL, 0, &rows, a, &f) == E_OK &&
        ROW(&rows, 0, 0).i > ROW(&rows, 0, 1).i)
        due = ROW(&rows, 0, 0).i;
    arena_free(a);
    return due;
}

static void *second_hand(void *ud)
{
    struct running *r = ud;
    struct fault f;
    int64_t tried = -1, done = -1;
    while (!r->stop) {
        gate_tick(r->gate);
        while (!r->stop && jobs_serve(r->app, r->gate, r->reader))
            continue;
        int64_t due = match_due(r);
        if (due > done) {
            struct generation_report rep;
            if (generation_run(r->gate, r->reader, 1, &rep, NULL, NULL, &f) != E_OK) {
                if (tried != 0)
                    log_line(0, "match failed where=%s what=\"%s\"", f.where, f.what);
                tried = 0;
            } else {
                done = due;
                tried = -1;
                if (rep.serial)
                    log_line(2, "match generation=%" PRId64 " changed=%" PRId64, rep.serial, rep.changed);
            }
        }
        for (int i = 0; i < 10 && !r->stop; i++)
            usleep(100 * 1000);
    }
    return NULL;
}

static struct http_route *routes_all(size_t *n)
{
    static const struct http_route own[] = {{HTTP_GET, "/healthz", http_healthz, 0},
                                            {HTTP_GET, "/static/{name}", http_static, 0}};
    size_t console_n;
    const struct http_route *console = console_routes(&console_n);
    *n = TB_COUNT(own) + api_route_count + console_n;
    struct http_route *all = mem_zero(*n, sizeof *all);
    memcpy(all, own, sizeof own);
    memcpy(all + TB_COUNT(own), api_routes, api_route_count * sizeof *all);
    memcpy(all + TB_COUNT(own) + api_route_count, console, console_n * sizeof *all);
    return all;
}

static int listen_and_wait(struct running *r, sigset_t *set)
{
    struct fault f;
    struct http *http;
    struct http_cfg cfg = http_cfg_default();
    cfg.listen = r->app->listen;
    struct http_route *all = routes_all(&cfg.routes);
    cfg.route = all;
    cfg.ud = &r->server;
    cfg.wall = clock_wall();
    cfg.sess = sess_open(clock_wall(), rng_system(), SESS_LIMITS);
    cfg.loopback_only = r->server.exercise;
    cfg.error_page = console_error_page;
    cfg.done = server_done;
    cfg.rate = 500; /* one address is a whole office behind its proxy */
    cfg.burst = 2000;
    int code = CLI_OK, sig;
    if (http_start(&http, &cfg, &f) != E_OK) {
        code = cli_fault(r->app, &f);
    } else if (cage_shut(r->sockets, &f) != E_OK) { /* it listens now: nothing else is opened any more */
        code = cli_fault(r->app, &f);
        http_stop(http, 0);
    } else {
        printf("%s\n", http_url(http));
        fflush(stdout);
        fprintf(
            stderr, "%s\n",
            r->server.exercise
                ? cli_say(r->app, "演習を始めました。上のURLをブラウザで開いてください。終わるには Ctrl-C。",
                          "The exercise is on. Open the URL above; Ctrl-C ends it.")
                : cli_say(r->app, "サーバーを始めました。終わるには Ctrl-C。", "The server is on; Ctrl-C ends it."));
        sigwait(set, &sig);
        http_stop(http, 3000);
    }
    sess_close(cfg.sess);
    free(all);
    return code;
}

/* Whatever the database is, it has been asked for by now, and no thread has begun. */
static enum err shut_early(struct running *r, struct fault *f)
{
    bool net = false;
    enum err e = cage_of_db(r->app->db, getenv, &r->sockets, f);
    if (!e)
        e = cage_tcp(&net, f);
    if (!e && !net)
        log_line(1, "this kernel has no Landlock for TCP (6.7): seccomp alone keeps the server in");
    return e;
}

int verb_serve(struct app *a, int argc, char **argv)
{
    struct running r = {.app = a};
    struct story *story = NULL;
    struct fault f;
    pthread_t hand;
    sigset_t set;
    bool exercise = cli_flag(&argc, argv, "--exercise");
    if (argc > 1)
        return cli_usage(&cli_verbs[0], a->ja);
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (shut_early(&r, &f) != E_OK || app_open(a, exercise, true, &r.gate, &f) != E_OK)
        return cli_fault(a, &f);
    pthread_mutex_init(&r.lock, NULL);
    r.server = (struct server){.gate = r.gate,
                               .legal = gate_config_of(r.gate)->legal,
                               .exercise = a->exercise,
                               .ud = &r,
                               .advance = a->exercise ? advance : NULL};
    int code = CLI_FAIL;
    if ((a->exercise && story_open(&story, a->data, &f) != E_OK) || gate_reader_open(r.gate, &r.reader, &f) != E_OK) {
        cli_fault(a, &f);
    } else {
        r.server.story = story;
        if (pthread_create(&hand, NULL, second_hand, &r))
            mem_out(0);
        code = listen_and_wait(&r, &set);
        r.stop = true;
        pthread_join(hand, NULL);
    }
    gate_reader_close(r.reader);
    story_close(story);
    if (a->exercise && exercise_clock_save(a->home, clock_wall(), &a->legal, &f) != E_OK)
        cli_fault(a, &f);
    gate_close(r.gate);
    return code;
}
