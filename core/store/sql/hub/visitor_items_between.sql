SELECT e.item_id, i.kind FROM visitor_event AS e
  JOIN timeline_item AS i ON i.id = e.item_id
 WHERE e.visitor_id = :visitor_id AND e.n > :from AND e.n <= :to
 ORDER BY e.n
