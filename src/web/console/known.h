/* What feeds know of a vulnerability: of a CVE itself, or of the CVEs that an advisory (csaf:…) speaks of. */
#ifndef TB_CONSOLE_KNOWN_H
#define TB_CONSOLE_KNOWN_H

#include "page.h"

struct known {
    slice kev, epss, ssvc;          /* in words; never empty */
    slice kev_at, epss_at, ssvc_at; /* when it was read; empty: nothing was */
    slice cves;                     /* the advisory's; empty for a CVE */
    bool any;
};
struct known vuln_known(struct page *p, slice vuln);

#endif
