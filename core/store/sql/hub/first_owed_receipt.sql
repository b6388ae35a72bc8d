-- From where on the device owes; null: it owes nothing.
SELECT min(o.seq) FROM owed_receipt AS o WHERE o.token_hash = :token_hash
