INSERT INTO one_time_link (secret_hash, kind, email, name, role, made_ms, expires_ms, custom_role_id, teams, capacity, by_id)
VALUES (:secret_hash, :kind, :email, :name, :role, :made_ms, :expires_ms, :custom_role_id, :teams, :capacity, :by_id)
