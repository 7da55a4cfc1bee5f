-- What a record names as affected and cannot be matched until a person has said what it is.
CREATE TABLE p_unresolved (
    source TEXT NOT NULL,
    vuln TEXT NOT NULL,
    n BIGINT NOT NULL,
    why TEXT NOT NULL,
    maker TEXT NOT NULL,
    product TEXT NOT NULL,
    said TEXT NOT NULL,
    feed TEXT NOT NULL,
    PRIMARY KEY (source, vuln, n)
);
CREATE INDEX p_unresolved_feed ON p_unresolved (feed);
CREATE INDEX p_unresolved_why ON p_unresolved (why, source, vuln, n);
