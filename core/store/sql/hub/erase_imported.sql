-- Likewise of what was imported.
UPDATE imported SET item_id = NULL WHERE item_id IN (SELECT id FROM erasing_item)
