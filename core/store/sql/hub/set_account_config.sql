INSERT INTO account_config (account_id, settings, sealed, paused) VALUES (:account_id, :settings, :sealed, :paused)
ON CONFLICT (account_id) DO UPDATE SET settings = excluded.settings, sealed = excluded.sealed, paused = excluded.paused
