-- How many conversations there are, how many of them open, when the last one was heard of and whose it is.
SELECT count(*), sum(status <> 'resolved'), max(last_item_ms), assignee_id
  FROM conversation
 WHERE customer_id = :id
