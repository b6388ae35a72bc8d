-- What needs its author stays until the author has decided (settle.sql clears the outcome).
DELETE FROM command WHERE applied_ms < :before_ms AND outcome IS NULL
