-- The first time a hub works in the newest epoch.
UPDATE epoch SET met_ms = :now_ms WHERE met_ms = 0 AND number = (SELECT max(number) FROM epoch)
