-- An attachment of an item in this visitor's log, or one it has uploaded itself.
SELECT a.sha256, a.size_bytes, a.media_type, a.name
  FROM attachment_ref AS a
 WHERE a.attachment_id = :attachment_id
   AND (a.owner = :visitor_id OR EXISTS (SELECT 1 FROM visitor_event AS e WHERE e.item_id = a.item_id AND e.visitor_id = :visitor_id))
