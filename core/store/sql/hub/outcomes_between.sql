SELECT n, command_id, kind, reason, detail, refused_rows FROM outcome
 WHERE client_id = :client_id AND seq > :from AND seq <= :to
 ORDER BY n
