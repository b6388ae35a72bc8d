SELECT agent_id, revoked FROM device WHERE token_hash = :token_hash
