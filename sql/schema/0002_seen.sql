-- Of whose machines and matches a person was shown some on a legal day, and the first leaf that says so. It follows from
-- the read leaves (replay compares it); the day's quota is asked of it.
CREATE TABLE p_seen (
    person TEXT NOT NULL,
    day BIGINT NOT NULL,
    operator TEXT NOT NULL,
    leaf BIGINT NOT NULL,
    PRIMARY KEY (person, day, operator)
);
