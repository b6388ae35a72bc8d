INSERT INTO outcome (client_id, n, command_id, kind, reason, detail, seq)
VALUES (:client_id, :n, :command_id, :kind, :reason, :detail, :seq)
