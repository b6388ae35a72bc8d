-- Who has opened a chat, and neither written nor been written to.
SELECT v.id
  FROM visitor AS v
 WHERE v.last_n = 0 AND v.moved_to IS NULL AND v.identifier = '' AND v.created_ms < :before_ms
   AND NOT EXISTS (SELECT 1 FROM identity AS i WHERE i.channel = 'webchat' AND i.address = v.id AND i.account_id = v.account_id)
   AND NOT EXISTS (SELECT 1 FROM visitor AS other WHERE other.moved_to = v.id)
 ORDER BY v.created_ms
 LIMIT :row_count
