-- The ledger's rows are the truth; tiles and checkpoints follow from them. `entry` is what the Merkle tree hashes.
CREATE TABLE leaf (
    idx BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    person TEXT NOT NULL,
    ok BIGINT NOT NULL,
    entry TEXT NOT NULL
);
CREATE INDEX leaf_subject ON leaf (subject, act, idx);
CREATE INDEX leaf_person ON leaf (person, idx);

-- What was decided on, beside the leaf's index and never in the ledger: inputs, facts, new ids; the entry commits to it.
CREATE TABLE leaf_body (
    idx BIGINT NOT NULL PRIMARY KEY,
    salt TEXT NOT NULL,
    body TEXT NOT NULL
);

-- Bulk inputs of one act, checked against the root in its leaf.
CREATE TABLE b_feed_record (
    feed TEXT NOT NULL,
    n BIGINT NOT NULL,
    cve TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (feed, n)
);
CREATE INDEX b_feed_record_cve ON b_feed_record (cve);
CREATE TABLE b_match_row (
    generation BIGINT NOT NULL,
    n BIGINT NOT NULL,
    asset TEXT NOT NULL,
    vuln TEXT NOT NULL,
    level TEXT NOT NULL,
    why TEXT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (generation, n)
);

-- Which record of which finished feed counts now, per source; retained history stays in b_feed_record.
CREATE TABLE p_vuln (
    source TEXT NOT NULL,
    cve TEXT NOT NULL,
    feed TEXT NOT NULL,
    n BIGINT NOT NULL,
    kev BIGINT NOT NULL,
    epss BIGINT NOT NULL,
    PRIMARY KEY (source, cve)
);
CREATE INDEX p_vuln_cve ON p_vuln (cve);
-- The products that any record names: the dictionary for name decisions.
CREATE TABLE p_product (
    product TEXT NOT NULL PRIMARY KEY,
    feed TEXT NOT NULL
);

CREATE TABLE cache_idem (
    person TEXT NOT NULL,
    key TEXT NOT NULL,
    leaf BIGINT NOT NULL,
    subject TEXT NOT NULL,
    PRIMARY KEY (person, key)
);
CREATE TABLE cache_feed (
    feed TEXT NOT NULL PRIMARY KEY,
    seen BIGINT NOT NULL,
    accepted BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL
);
CREATE TABLE cache_told (
    role TEXT NOT NULL,
    org TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    leaf BIGINT NOT NULL,
    PRIMARY KEY (leaf, role, org)
);
