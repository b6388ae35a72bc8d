DELETE FROM timeline_item WHERE id = :id
