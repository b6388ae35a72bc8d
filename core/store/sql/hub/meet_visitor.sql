-- One of whom there is nothing else.
UPDATE visitor SET created_ms = :now_ms
 WHERE id = :id AND last_n = 0 AND moved_to IS NULL AND identifier = '' AND created_ms < :before_ms
