SELECT id FROM customer WHERE id > :id ORDER BY id LIMIT :row_count
