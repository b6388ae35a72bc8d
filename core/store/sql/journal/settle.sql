UPDATE command SET settled = 1 WHERE n = :n
