-- What items of others were read from names somebody who is erased.
UPDATE raw_payload SET payload = NULL, problems = '' WHERE item_id IN (SELECT id FROM erasing_item)
