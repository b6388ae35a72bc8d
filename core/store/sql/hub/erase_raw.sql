-- What came from outside. That it came stays known: it does not come again.
UPDATE raw_payload SET payload = NULL, problems = '', item_id = NULL WHERE item_id IN (SELECT id FROM erasing_item)
