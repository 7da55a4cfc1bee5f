-- Indexes that the law's tables do not ask for themselves.
CREATE INDEX s_match_retracted ON s_match ("retracted_in");
