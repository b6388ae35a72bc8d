UPDATE installation SET next_n = next_n + 1 WHERE only = 1 RETURNING next_n - 1
