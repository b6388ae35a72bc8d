INSERT INTO account_state (account_id, name, value) VALUES (:account_id, :name, :value)
ON CONFLICT (account_id, name) DO UPDATE SET value = excluded.value
