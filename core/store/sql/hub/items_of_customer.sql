SELECT id, kind FROM timeline_item WHERE customer_id = :id ORDER BY at_ms, id LIMIT :row_count
