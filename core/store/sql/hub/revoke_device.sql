UPDATE device SET revoked = 1 WHERE token_hash = :token_hash
