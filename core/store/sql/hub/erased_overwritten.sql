INSERT INTO field_set (about, field, at_ms) SELECT about, :overwritten, at_ms FROM field_set WHERE field = :erased
ON CONFLICT (about, field) DO UPDATE SET at_ms = excluded.at_ms
