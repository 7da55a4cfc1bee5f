/* Records a second through an import: read, hashed, normalised, stored and filed. Beside it: the file unpacked, read by
 * jansson into memory (the CSV: not at all), and the rows that the import wrote put by SQLite alone, as many to a
 * transaction. Each round brings records that were not there before. */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "collect/collect.h"

#define LINES      20000
#define RECORDS    20000 /* a year of NVD has twice as many; each file is also two acts, with checkpoints of their own */
#define CHUNK      400   /* records in one of the import's transactions */
#define FIRST(run) (100000 + (run)*100000)

static void pack(const char *path, const struct buf *text)
{
    size_t room = ZSTD_compressBound(text->n);
    char *out = malloc(room);
    must(out);
    size_t n = ZSTD_compress(out, room, text->p, text->n, 3);
    must(!ZSTD_isError(n));
    FILE *f = fopen(path, "wb");
    must(f && fwrite(out, 1, n, f) == n && fclose(f) == 0);
    free(out);
}

static void epss(const char *path, int round)
{
    struct buf b = BUF((size_t)64 << 20);
    buf_str(&b, "#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n");
    for (int i = 0; i < LINES; i++)
        buf_fmt(&b, "CVE-2026-%d,0.%05d,0.%05d\n", FIRST(round) + i, (i * 7 + round) % 100000, i * 13 % 100000);
    pack(path, &b);
    buf_free(&b);
}

/* NVD's API 2.0, each with a range over a product. */
static void nvd(const char *path, int round)
{
    struct buf b = BUF((size_t)256 << 20);
    buf_fmt(&b,
            "{\"resultsPerPage\":%d,\"startIndex\":0,\"totalResults\":%d,\"format\":\"NVD_CVE\",\"version\":\"2.0\","
            "\"timestamp\":\"2026-11-20T00:00:00.000\",\"vulnerabilities\":[",
            RECORDS, RECORDS);
    for (int i = 0; i < RECORDS; i++)
        buf_fmt(&b,
                "%s{\"cve\":{\"id\":\"CVE-2026-%d\",\"published\":\"2026-10-01T00:00:00.000\",\"lastModified\":\"2026-"
                "10-02T00:00:00.000\",\"vulnStatus\":\"Analyzed\","
                "\"descriptions\":[{\"lang\":\"en\",\"value\":\"A heap-based buffer overflow in product %d before 7.%d "
                "allows a remote attacker to run code by a crafted request.\"}],"
                "\"metrics\":{},\"weaknesses\":[],\"configurations\":[{\"nodes\":[{\"operator\":\"OR\",\"negate\":"
                "false,\"cpeMatch\":[{\"vulnerable\":true,"
                "\"criteria\":\"cpe:2.3:a:vendor%d:product%d:*:*:*:*:*:*:*:*\",\"versionEndExcluding\":\"7.%d\","
                "\"matchCriteriaId\":\"00000000-0000-4000-8000-%012d\"}]}]}],\"references\":[]}}",
                i ? "," : "", FIRST(round) + i, i % 900, i % 40, i % 300, i % 900, i % 40, i);
    buf_str(&b, "]}");
    must(!b.over);
    pack(path, &b);
    buf_free(&b);
}

/* Unpacked, and read if it is JSON; seconds. */
static double bare(const char *path, bool parse)
{
    struct arena *a = arena_new((size_t)512 << 20);
    struct fault f;
    slice in;
    must(file_read(a, path, (size_t)32 << 20, &in, &f) == E_OK);
    usec_t from = clock_wall()->now(clock_wall());
    size_t room = (size_t)ZSTD_getFrameContentSize(in.p, in.n);
    char *text = arena_get(a, room + 1);
    must(ZSTD_decompress(text, room, in.p, in.n) == room);
    json_t *j = parse ? json_loadb(text, room, JSON_REJECT_DUPLICATES, NULL) : NULL;
    must(!parse || j);
    json_decref(j);
    double s = place_since(from);
    arena_free(a);
    return s;
}

static void measure(const struct stage *s, const char *what, enum feed_format format, void (*make)(const char *, int))
{
    static int serial; /* of all files */
    char path[120];
    const char *paths[] = {path};
    struct gate_reader *rd;
    struct import_report rep;
    struct fault f;
    struct ratio r;
    snprintf(path, sizeof path, "%s/feed.zst", s->place->dir);
    must(gate_reader_open(s->place->g, &rd, &f) == E_OK);
    (void)floor_take(s->floor);
    (void)floor_put(s->floor, 1000);
    for (int i = 0; i < ROUNDS; i++) {
        make(path, serial++);
        double cpu = place_cpu();
        usec_t from = clock_wall()->now(clock_wall());
        must(import_run(s->place->g, rd, &(struct import_opt){.format = format, .paths = paths, .n = 1}, &rep, &f) ==
             E_OK);
        r.ours[i] = (double)rep.in / place_since(from);
        r.ours_cpu[i] = (double)rep.in / (place_cpu() - cpu);
        must(rep.unread == 0 && rep.rejected == 0 && rep.accepted == rep.in);
        (void)floor_take(s->floor);
        cpu = place_cpu();
        r.floor[i] = (double)rep.in / (bare(path, format != FEED_EPSS) + floor_put(s->floor, CHUNK));
        r.floor_cpu[i] = (double)rep.in / (place_cpu() - cpu);
        import_report_free(&rep);
    }
    gate_reader_close(rd);
    measure_say(what, s->subjects, &r);
}

void measure_import(const struct stage *s)
{
    measure(s, "import-nvd", FEED_NVD2, nvd);
    measure(s, "import-epss", FEED_EPSS, epss);
}
