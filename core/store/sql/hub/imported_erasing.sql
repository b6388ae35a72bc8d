-- By which names what is being erased was imported.
SELECT source, message_id FROM imported WHERE item_id IN (SELECT id FROM erasing_item)
