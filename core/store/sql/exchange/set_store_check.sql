INSERT INTO store_check (only, at_ms, problems) VALUES (1, :at_ms, :problems)
ON CONFLICT (only) DO UPDATE SET at_ms = excluded.at_ms, problems = excluded.problems
