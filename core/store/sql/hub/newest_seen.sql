-- When the newest was said of what whoever has seen a conversation up to :seen had before them.
SELECT at_ms FROM timeline_item
 WHERE conversation_id = :conversation_id AND said_seq > 0 AND said_seq <= :seen AND kind IN ('inbound', 'outbound', 'note')
   AND NOT deleted
 ORDER BY at_ms DESC, id DESC
 LIMIT 1
