SELECT sha256 FROM attachment_ref WHERE item_id = :item_id
