INSERT INTO field_set (about, field, at_ms) VALUES (:about, :field, :at_ms)
ON CONFLICT (about, field) DO UPDATE SET at_ms = excluded.at_ms WHERE excluded.at_ms > field_set.at_ms
