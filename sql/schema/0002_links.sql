-- Which CVEs a record that is not one itself speaks of (an advisory of CSAF): what is known of the CVE is known of it.
CREATE TABLE p_vuln_link (
    source TEXT NOT NULL,
    vuln TEXT NOT NULL,
    cve TEXT NOT NULL,
    feed TEXT NOT NULL,
    PRIMARY KEY (source, vuln, cve)
);
CREATE INDEX p_vuln_link_cve ON p_vuln_link (cve);
CREATE INDEX p_vuln_link_vuln ON p_vuln_link (vuln);
