INSERT INTO matching (only, filled, seq, rules) VALUES (1, :filled, :seq, :rules)
ON CONFLICT (only) DO UPDATE SET filled = excluded.filled, seq = excluded.seq, rules = excluded.rules
