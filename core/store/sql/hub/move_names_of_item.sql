-- An answer to a message that was moved goes where it is now.
UPDATE message_name SET conversation_id = :conversation_id WHERE item_id = :item_id
