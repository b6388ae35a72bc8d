INSERT INTO attachment_ref (attachment_id, item_id, sha256, size_bytes, media_type, name, owner, at_ms)
VALUES (:attachment_id, :item_id, :sha256, :size_bytes, :media_type, :name, :owner, :at_ms)
ON CONFLICT (attachment_id) DO UPDATE SET item_id = coalesce(attachment_ref.item_id, excluded.item_id)
