INSERT INTO draft (conversation_id, kind, body, fields, saved_ms, checksum)
VALUES (:conversation_id, :kind, :body, :fields, :saved_ms, :checksum)
ON CONFLICT (conversation_id, kind) DO UPDATE
SET body = excluded.body, fields = excluded.fields, saved_ms = excluded.saved_ms, checksum = excluded.checksum
