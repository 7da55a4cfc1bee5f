#include "console2.h"

const struct http_route console2_routes[] = {
    {HTTP_GET, "/board", board_get, 0},
    {HTTP_GET, "/release", releases_get, 0},
    {HTTP_GET, "/case/{id}/release", release_get, 0},
    {HTTP_POST, "/case/{id}/release", release_post, HTTP_FORM},
    {HTTP_GET, "/box", box_get, 0},
    {HTTP_GET, "/box/{id}", boxitem_get, 0},
    {HTTP_GET, "/assets", assets_get, 0},
    {HTTP_GET, "/assets/new", asset_new_get, 0},
    {HTTP_POST, "/assets/forward", forward_post, HTTP_FORM},
    {HTTP_GET, "/assets/bulk", bulk_get, 0},
    {HTTP_GET, "/assets/bulk/template.csv", bulk_template_get, 0},
    {HTTP_GET, "/assets/bulk/result/{key}", bulk_result_get, 0},
    {HTTP_POST, "/assets/bulk", bulk_form_post, HTTP_FORM | HTTP_BULK},
    {HTTP_GET, "/finder", finder_get, 0},
    {HTTP_GET, "/finder/{id}", finding_get, 0},
    {HTTP_GET, "/rules", rules_get, 0},
    {HTTP_GET, "/clocks", clocks_get, 0},
    {HTTP_GET, "/unresolved", unresolved_get, 0},
};
const size_t console2_route_count = TB_COUNT(console2_routes);
