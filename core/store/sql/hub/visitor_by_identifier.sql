-- The middle condition is there for the index, which leaves out visitors that nobody has named.
SELECT id, name, email, email_proven, identifier, blocked, last_n, read_n, delivered_n, seen_n, moved_to, got_n
  FROM visitor
 WHERE account_id = :account_id AND identifier = :identifier AND identifier <> '' AND moved_to IS NULL
