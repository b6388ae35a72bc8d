DELETE FROM attachment_ref WHERE attachment_id = :attachment_id AND item_id IS NULL
