-- What needs its author stays until the author has decided, and the newest that was applied tells the check up to where
-- others may be gone.
DELETE FROM command
 WHERE applied_ms < :before_ms AND (outcome IS NULL OR settled = 1)
   AND n <> (SELECT coalesce(max(n), 0) FROM command WHERE applied_ms IS NOT NULL AND n < 1000000000000)
