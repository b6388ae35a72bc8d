-- Changes a row only if this line was not taken before.
INSERT INTO imported (source, message_id, item_id) VALUES (:source, :message_id, :item_id)
ON CONFLICT (source, message_id) DO NOTHING
