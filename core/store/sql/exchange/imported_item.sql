SELECT item_id FROM imported WHERE source = :source AND message_id = :message_id
