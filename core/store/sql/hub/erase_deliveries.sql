-- What was still to go out.
DELETE FROM delivery_queue WHERE item_id IN (SELECT id FROM erasing_item)
