SELECT n, command_id, kind, reason, detail FROM outcome WHERE client_id = :client_id AND n = :n
