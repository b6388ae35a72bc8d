-- What an item of others was read from names somebody who is erased.
UPDATE raw_payload SET payload = NULL, problems = '' WHERE item_id = :item_id
