SELECT coalesce(max(n), :least) FROM command WHERE n >= :least AND n < :below
