-- What came back of a client's commands after :n: what it has to hear of again when its copy begins anew.
SELECT n, command_id, kind, reason, detail FROM outcome
 WHERE client_id = :client_id AND n > :n AND kind IN ('needs-you', 'refused')
 ORDER BY n
 LIMIT :row_count
