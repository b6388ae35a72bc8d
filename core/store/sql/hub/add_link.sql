INSERT INTO one_time_link (secret_hash, kind, email, name, role, made_ms, expires_ms)
VALUES (:secret_hash, :kind, :email, :name, :role, :made_ms, :expires_ms)
