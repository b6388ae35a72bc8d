-- Commands in line, those of them without an echo, and drafts, whoever can read them.
SELECT (SELECT count(*) FROM command WHERE n < 1000000000000),
       (SELECT count(*) FROM command WHERE n < 1000000000000 AND applied_ms IS NULL),
       (SELECT count(*) FROM draft) + (SELECT count(*) FROM sealed_draft)
