-- What came back of a client's commands after :n: what it has to hear of again when its copy begins anew. And what became of
-- its newest, whatever that was: a client that has another command of that number is not the only one of its name. It may
-- have heard of that number from a hub that has gone back since.
-- If there are more, the older ones have been told before, most likely.
SELECT n, command_id, kind, reason, detail, refused_rows
  FROM (SELECT n, command_id, kind, reason, detail, refused_rows FROM outcome
         WHERE client_id = :client_id
           AND ((n > :n AND (kind IN ('needs-you', 'refused') OR refused_rows IS NOT NULL))
                OR n = (SELECT last_n FROM client WHERE id = :client_id))
         ORDER BY n DESC
         LIMIT :row_count)
 ORDER BY n
