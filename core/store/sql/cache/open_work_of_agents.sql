-- What each agent has in hand, of what is seen here: what counts against their capacity.
SELECT c.assignee_id, count(*)
  FROM conversation AS c
 WHERE c.assignee_id IS NOT NULL AND c.status = 'open'
 GROUP BY c.assignee_id
