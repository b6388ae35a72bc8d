-- What the device owed up to :seq is given.
DELETE FROM owed_receipt WHERE token_hash = :token_hash AND seq <= :seq RETURNING seq, customer_id
