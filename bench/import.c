/* Records a second through an import: read, hashed, normalised, stored and filed, on SQLite in a file. The floor is
 * unpacking the same file and throwing it away (what zstd -dc to /dev/null does). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "collect/collect.h"
#include "place.h"

#define LINES   60000
#define RECORDS 6000

static struct place place;

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

static void epss(const char *path)
{
    struct buf b = BUF((size_t)64 << 20);
    buf_str(&b, "#model_version:v2025.03.14,score_date:2026-11-20T00:00:00+0000\ncve,epss,percentile\n");
    for (int i = 0; i < LINES; i++)
        buf_fmt(&b, "CVE-2026-%d,0.%05d,0.%05d\n", 10000 + i, i * 7 % 100000, i * 13 % 100000);
    pack(path, &b);
    buf_free(&b);
}

/* NVD's API 2.0, each with a range over a product. */
static void nvd(const char *path)
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
                i ? "," : "", 10000 + i, i % 900, i % 40, i % 300, i % 900, i % 40, i);
    buf_str(&b, "]}");
    must(!b.over);
    pack(path, &b);
    buf_free(&b);
}

static double floor_of(const char *path)
{
    struct arena *a = arena_new((size_t)64 << 20);
    struct fault f;
    slice in;
    must(file_read(a, path, (size_t)32 << 20, &in, &f) == E_OK);
    static char out[1 << 17];
    usec_t from = clock_wall()->now(clock_wall());
    ZSTD_DCtx *z = ZSTD_createDCtx();
    ZSTD_inBuffer src = {in.p, in.n, 0};
    while (src.pos < src.size) {
        ZSTD_outBuffer dst = {out, sizeof out, 0};
        must(!ZSTD_isError(ZSTD_decompressStream(z, &dst, &src)));
    }
    ZSTD_freeDCtx(z);
    double s = place_since(from);
    arena_free(a);
    return s;
}

static void measure(const char *what, enum feed_format format, const char *path)
{
    struct gate_reader *r;
    struct import_report rep;
    struct fault f;
    double floor = floor_of(path);
    must(gate_reader_open(place.g, &r, &f) == E_OK);
    for (int again = 0; again < 2; again++) {
        usec_t from = clock_wall()->now(clock_wall());
        must(import_run(place.g, r, &(struct import_opt){.format = format, .paths = &path, .n = 1}, &rep, &f) == E_OK);
        double s = place_since(from);
        printf("%-34s %9.0f records/s   %.2f s, unpacking alone %.3f s\n", again ? "  … a second time" : what,
               (double)rep.in / s, s, floor);
        fflush(stdout);
        must(rep.unread == 0 && rep.rejected == 0 && (again ? rep.accepted == 0 : rep.accepted == rep.in));
        import_report_free(&rep);
    }
    gate_reader_close(r);
}

int main(void)
{
    char path[2][80];
    place_open(&place, false);
    snprintf(path[0], sizeof path[0], "%s/epss.csv.zst", place.dir);
    snprintf(path[1], sizeof path[1], "%s/nvd.json.zst", place.dir);
    epss(path[0]);
    nvd(path[1]);
    measure("EPSS, FIRST's CSV", FEED_EPSS, path[0]);
    measure("NVD 2.0, a range each", FEED_NVD2, path[1]);
    place_close(&place);
    return 0;
}
