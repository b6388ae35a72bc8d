SELECT id, name, email, email_proven, identifier, blocked, last_n, read_n, delivered_n, seen_n, moved_to, got_n FROM visitor WHERE id = :id AND account_id = :account_id
