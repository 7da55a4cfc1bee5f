-- Where words are sought: each record's texts as base/text.h folds them. Nothing legal hangs on it; what is found is asked
-- of the view like any other record.
CREATE TABLE cache_search (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    leaf BIGINT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX cache_search_leaf ON cache_search (leaf, id);
CREATE TABLE cache_search_at (
    kind TEXT NOT NULL PRIMARY KEY,
    leaf BIGINT NOT NULL,
    id TEXT NOT NULL
);
