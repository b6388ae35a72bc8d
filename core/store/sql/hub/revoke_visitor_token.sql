UPDATE visitor_token SET revoked = 1 WHERE token_hash = :token_hash AND NOT revoked
