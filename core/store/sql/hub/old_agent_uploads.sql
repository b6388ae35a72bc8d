-- Files that agents have uploaded and no message has; those of visitors have a shorter life, and a list of their own.
SELECT r.attachment_id
  FROM attachment_ref AS r
 WHERE r.item_id IS NULL AND r.at_ms < :before_ms
   AND NOT EXISTS (SELECT 1 FROM visitor_upload AS u WHERE u.attachment_id = r.attachment_id)
 ORDER BY r.at_ms LIMIT :row_count
