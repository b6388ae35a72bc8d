-- The newest of a conversation's events, and in whose log it is.
SELECT e.visitor_id, e.n
  FROM timeline_item AS i
  JOIN visitor_event AS e ON e.item_id = i.id
 WHERE i.conversation_id = :conversation_id
 ORDER BY e.n DESC
 LIMIT 1
