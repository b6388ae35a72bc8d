DELETE FROM device WHERE revoked = 1 AND seen_ms < :unseen_ms
