UPDATE device SET seen_ms = :now_ms WHERE token_hash = :token_hash AND revoked = 0 AND seen_ms < :now_ms
