SELECT name FROM message_name WHERE item_id = :item_id ORDER BY name
