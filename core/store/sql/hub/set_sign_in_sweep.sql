INSERT INTO sign_in_sweep (only, at_ms) VALUES (1, :at_ms) ON CONFLICT (only) DO UPDATE SET at_ms = excluded.at_ms
