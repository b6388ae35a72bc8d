INSERT INTO visitor_token (token_hash, visitor_id, revoked) VALUES (:token_hash, :visitor_id, 0)
