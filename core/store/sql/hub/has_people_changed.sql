-- Customers and identities; and what they are matched by: accounts have a region, fields a name.
SELECT 1 FROM log WHERE seq > :from_seq AND entity_type IN (0, 1, 4, 12) LIMIT 1
