-- From where on each device that is signed in owes.
SELECT o.token_hash, min(o.seq)
  FROM owed_receipt AS o
  JOIN device AS d ON d.token_hash = o.token_hash
 WHERE d.revoked = 0
 GROUP BY o.token_hash
