-- When somebody was last written to at that address; 0: never. By the index on what a customer has.
SELECT coalesce(max(i.at_ms), 0)
  FROM timeline_item AS i
 WHERE i.customer_id = :customer_id AND i.identity_id = :identity_id AND i.kind = 'outbound'
