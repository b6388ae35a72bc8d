-- Each device that is signed in owes word that who was erased up to :seq is gone from it.
INSERT INTO owed_receipt (token_hash, seq, customer_id, erased_ms)
SELECT d.token_hash, :seq, :customer_id, :erased_ms
  FROM device AS d
 WHERE d.revoked = 0
RETURNING token_hash
