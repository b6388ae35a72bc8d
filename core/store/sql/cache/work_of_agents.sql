-- What each agent has in hand, of what is seen here: what counts against their capacity, and all that is not done. The statuses
-- are listed for the index.
SELECT c.assignee_id, sum(c.status = 'open'), count(*)
  FROM conversation AS c
 WHERE c.assignee_id IS NOT NULL AND c.status IN ('open', 'waiting', 'snoozed')
 GROUP BY c.assignee_id
