INSERT INTO sealed_draft (conversation_id, kind, key_id, sealed, saved_ms, checksum)
VALUES (:conversation_id, :kind, :key_id, :sealed, :saved_ms,
        checksum_of(:conversation_id, :kind, :key_id, :sealed, :saved_ms))
ON CONFLICT (conversation_id, kind, key_id) DO UPDATE
SET sealed = excluded.sealed, saved_ms = excluded.saved_ms, checksum = excluded.checksum
