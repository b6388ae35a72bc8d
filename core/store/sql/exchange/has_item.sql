SELECT 1 FROM timeline_item WHERE id = :id
