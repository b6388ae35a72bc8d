DELETE FROM command WHERE n >= :n
