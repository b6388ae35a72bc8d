INSERT INTO visitor (id, account_id, name, email, email_proven, identifier, blocked, last_n, read_n, delivered_n, seen_n, moved_to, created_ms, got_n)
VALUES (:id, :account_id, '', '', 0, '', 0, 0, 0, 0, 0, NULL, :now_ms, 0)
ON CONFLICT (id) DO NOTHING
