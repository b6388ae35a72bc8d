-- What was imported is known to have been by another name.
UPDATE OR REPLACE imported SET message_id = :hidden, item_id = NULL WHERE source = :source AND message_id = :message_id
