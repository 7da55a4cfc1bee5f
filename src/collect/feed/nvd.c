/* NVD: the yearly files of JSON 1.1, the answers of API 2.0, and the overrides that borrow the latter's trees.
 * NVD JSON 1.1 was retired in December 2023; the files live on in archives and mirrors. */
#include "collect/feed/norm.h"

/* --- 1.1 --- */

/* Nodes hold criteria and nodes; the operator joins both. */
static void read_node(struct norm *n, const json_t *j, int depth, struct vuln_node *out)
{
    const json_t *children = norm_array(n, j, "children");
    size_t size = json_array_size(children);
    if (depth > VULN_DEPTH_MAX) {
        norm_bad(n, "構成の入れ子が深すぎます", "configurations are nested too deep", "children");
        return;
    }
    norm_operator(n, j, out);
    norm_matches(n, norm_array(n, j, "cpe_match"), "cpe23Uri", out);
    struct vuln_node *child = norm_nodes(n, size);
    for (size_t i = 0; child && i < size && !n->bad; i++)
        read_node(n, norm_element(n, children, i), depth + 1, &child[i]);
    out->child = child;
    out->children = size;
}

static void read_nodes(struct norm *n, const json_t *list)
{
    size_t size = json_array_size(list);
    struct vuln_node *node = norm_nodes(n, size);
    for (size_t i = 0; node && i < size && !n->bad; i++)
        read_node(n, norm_element(n, list, i), 1, &node[i]);
    if (!n->bad)
        norm_add_configs(n, node, size);
}

/* NVD 1.1 has no state; a withdrawn CVE is known by how its description begins. */
static enum vuln_state state_of(slice description)
{
    bool gone = sl_starts(description, "** REJECT **") || sl_starts(description, "Rejected reason:");
    return gone ? VULN_REJECTED : VULN_PUBLISHED;
}

static void read_weaknesses(struct norm *n, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *said = norm_array(n, norm_element(n, list, i), "description");
        for (size_t k = 0; k < json_array_size(said); k++)
            norm_cwe(n, norm_string(n, norm_element(n, said, k), "value"));
    }
}

void feed_read_nvd1(struct norm *n, const json_t *j)
{
    const json_t *cve = norm_object(n, j, "cve"), *impact = norm_object(n, j, "impact");
    const json_t *said = norm_array(n, norm_object(n, cve, "description"), "description_data");
    n->rec.source = VULN_NVD1;
    norm_id(n, norm_string(n, norm_object(n, cve, "CVE_data_meta"), "ID"));
    n->rec.state = state_of(norm_described(n, said));
    n->rec.modified = norm_instant(norm_string(n, j, "lastModifiedDate"));
    norm_published(n, norm_instant(norm_string(n, j, "publishedDate")));
    norm_description(n, said);
    norm_cvss(n, norm_object(n, norm_object(n, impact, "baseMetricV3"), "cvssV3"));
    norm_cvss(n, norm_object(n, norm_object(n, impact, "baseMetricV2"), "cvssV2"));
    read_weaknesses(n, norm_array(n, norm_object(n, cve, "problemtype"), "problemtype_data"));
    read_nodes(n, norm_array(n, norm_object(n, j, "configurations"), "nodes"));
}

/* --- 2.0 --- */

/* NVD's own ("Primary") assessment before others' of the same version. */
static void read_metrics(struct norm *n, const json_t *metrics)
{
    static const char *const kind[] = {"cvssMetricV40", "cvssMetricV31", "cvssMetricV30", "cvssMetricV2"};
    for (size_t i = 0; i < 2 * TB_COUNT(kind); i++) {
        const json_t *list = norm_array(n, metrics, kind[i / 2]);
        for (size_t k = 0; k < json_array_size(list); k++) {
            const json_t *m = norm_element(n, list, k);
            if (sl_is(norm_string(n, m, "type"), "Primary") == (i % 2 == 0))
                norm_cvss(n, norm_object(n, m, "cvssData"));
        }
    }
}

/* NVD repeats CISA's catalogue in four members of the CVE. */
static void read_cisa(struct norm *n, const json_t *cve)
{
    slice added = norm_string(n, cve, "cisaExploitAdd");
    if (!added.n)
        return;
    json_t *kev = json_object();
    norm_day(n, kev, "dateAdded", added);
    norm_day(n, kev, "dueDate", norm_string(n, cve, "cisaActionDue"));
    norm_text(n, kev, "requiredAction", norm_string(n, cve, "cisaRequiredAction"));
    json_object_set_new(n->extra, "kev", kev);
    norm_text(n, n->extra, "title", norm_string(n, cve, "cisaVulnerabilityName"));
}

void feed_read_nvd2(struct norm *n, const json_t *j)
{
    const json_t *cve = norm_object(n, j, "cve");
    n->rec.source = VULN_NVD2;
    norm_id(n, norm_string(n, cve, "id"));
    n->rec.state = sl_is(norm_string(n, cve, "vulnStatus"), "Rejected") ? VULN_REJECTED : VULN_PUBLISHED;
    n->rec.modified = norm_instant(norm_string(n, cve, "lastModified"));
    norm_published(n, norm_instant(norm_string(n, cve, "published")));
    norm_description(n, norm_array(n, cve, "descriptions"));
    read_metrics(n, norm_object(n, cve, "metrics"));
    read_weaknesses(n, norm_array(n, cve, "weaknesses"));
    read_cisa(n, cve);
    norm_configurations(n, norm_array(n, cve, "configurations"));
}

/* --- overrides: no wrapper, the id in a note beside the trees --- */

void feed_read_override(struct norm *n, const json_t *j)
{
    const json_t *note = norm_object(n, j, "_annotation"), *cve = norm_object(n, j, "cve");
    n->rec.source = VULN_OVERRIDE;
    if (!note || !cve)
        norm_bad(n, "項目がありません", "a member is missing", note ? "cve" : "_annotation");
    norm_id(n, norm_string(n, note, "cve_id"));
    n->rec.modified = norm_instant(norm_string(n, note, "modified"));
    norm_published(n, norm_instant(norm_string(n, note, "published")));
    norm_text(n, n->extra, "summary", norm_string(n, note, "description"));
    norm_configurations(n, norm_array(n, cve, "configurations"));
}
