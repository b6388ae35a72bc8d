DELETE FROM timeline_item WHERE row = :row
