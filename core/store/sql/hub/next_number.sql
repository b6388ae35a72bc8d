UPDATE workspace SET next_number = next_number + 1 WHERE only = 1 RETURNING next_number - 1
