-- What needs its author stays until the author has decided.
DELETE FROM command WHERE applied_ms < :before_ms AND (outcome IS NULL OR settled = 1)
