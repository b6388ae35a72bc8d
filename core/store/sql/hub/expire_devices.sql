-- Signs out what was not used since :unseen_ms, or was signed in before :created_ms.
UPDATE device SET revoked = 1 WHERE revoked = 0 AND (seen_ms < :unseen_ms OR created_ms < :created_ms)
