-- The files' names and places.
DELETE FROM attachment_ref WHERE item_id IN (SELECT id FROM erasing_item)
