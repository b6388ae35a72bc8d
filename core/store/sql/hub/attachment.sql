SELECT item_id, sha256, size_bytes, media_type, name, owner FROM attachment_ref WHERE attachment_id = :attachment_id
