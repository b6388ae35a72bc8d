SELECT attachment_id FROM visitor_upload WHERE at_ms < :before_ms ORDER BY at_ms LIMIT :row_count
