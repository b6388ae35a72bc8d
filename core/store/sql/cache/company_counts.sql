-- How many people each company has. A person is a customer who is merged into nobody.
SELECT c.company_id, count(*)
  FROM customer AS c
 WHERE c.company_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM customer_link AS l WHERE l.from_id = c.id AND l.ended_ms IS NULL)
 GROUP BY c.company_id
