-- The names by which others may speak of a message.
SELECT name FROM message_name WHERE item_id = :item_id
