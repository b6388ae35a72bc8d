-- What was removed and is still named: the one that was made first.
SELECT id, is_team, name, into_id, by_id FROM ending ORDER BY id LIMIT 1
