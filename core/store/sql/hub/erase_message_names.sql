-- By which names messages would be answered.
DELETE FROM message_name WHERE item_id IN (SELECT id FROM erasing_item)
