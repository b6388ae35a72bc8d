-- What came back of a client's commands after :n: what it has to hear of again when its copy begins anew. And what became of
-- its newest, whatever that was: a client that has another command of that number is not the only one of its name.
SELECT n, command_id, kind, reason, detail FROM outcome
 WHERE client_id = :client_id AND n > :n
   AND (kind IN ('needs-you', 'refused') OR n = (SELECT last_n FROM client WHERE id = :client_id))
 ORDER BY kind IN ('needs-you', 'refused'), n
 LIMIT :row_count
