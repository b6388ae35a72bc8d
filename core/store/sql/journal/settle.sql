UPDATE command SET outcome = NULL WHERE n = :n
