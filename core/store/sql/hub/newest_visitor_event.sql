SELECT coalesce(max(e.n), 0)
  FROM timeline_item AS i
  JOIN visitor_event AS e ON e.item_id = i.id
 WHERE i.conversation_id = :conversation_id
