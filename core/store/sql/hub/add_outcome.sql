INSERT INTO outcome (client_id, n, command_id, kind, reason, detail, seq, refused_rows)
VALUES (:client_id, :n, :command_id, :kind, :reason, :detail, :seq, :refused_rows)
