-- What a browser could ask for again.
DELETE FROM visitor_event WHERE item_id IN (SELECT id FROM erasing_item)
