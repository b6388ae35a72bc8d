-- Who is signed out owes nothing any more.
DELETE FROM owed_receipt
 WHERE NOT EXISTS (SELECT 1 FROM device AS d WHERE d.token_hash = owed_receipt.token_hash AND d.revoked = 0)
