-- A message waits in the order of the conversation it stands in.
UPDATE delivery_queue SET conversation_id = :conversation_id WHERE item_id = :item_id
