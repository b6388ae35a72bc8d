UPDATE command SET outcome = :outcome WHERE n = :n AND command_id = :command_id
