DELETE FROM sign_in_place WHERE at_ms < :before_ms
