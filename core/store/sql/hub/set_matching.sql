INSERT INTO matching (only, filled, seq) VALUES (1, :filled, :seq)
ON CONFLICT (only) DO UPDATE SET filled = excluded.filled, seq = excluded.seq
