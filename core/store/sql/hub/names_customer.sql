-- Whether anything but their card and what was done to it is of a customer. What a machine suggests is nothing.
SELECT 1 FROM identity WHERE customer_id = :id
UNION ALL SELECT 1 FROM conversation WHERE customer_id = :id
UNION ALL SELECT 1 FROM customer_link WHERE from_id = :id OR into_id = :id OR first_id = :id
UNION ALL SELECT 1 FROM suggestion WHERE (customer_id = :id OR other_id = :id) AND state <> 'open'
UNION ALL SELECT 1 FROM consent WHERE customer_id = :id
