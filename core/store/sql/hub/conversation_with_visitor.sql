-- Under whichever of its ids the visitor has written: what was begun before a sign-in is talked on in after it. From those to
-- their addresses, in this order: the other way round it is all that ever wrote.
WITH RECURSIVE onward (id, moved_to) AS (
    SELECT v.id, v.moved_to FROM visitor AS v WHERE v.id = :visitor_id
    UNION
    SELECT v.id, v.moved_to FROM onward AS o JOIN visitor AS v ON v.id = o.moved_to
), same (id) AS (
    SELECT id FROM onward
    UNION
    SELECT v.id FROM same AS s JOIN visitor AS v ON v.moved_to = s.id
)
SELECT c.id
  FROM same AS s
  CROSS JOIN identity AS i ON i.channel = 'webchat' AND i.address = s.id AND i.account_id = :account_id
  CROSS JOIN conversation AS c ON c.identity_id = i.id AND c.account_id = :account_id
 ORDER BY c.last_item_ms DESC
 LIMIT 1
