-- What a customer could be recognised by.
DELETE FROM match_key WHERE customer_id = :customer_id
