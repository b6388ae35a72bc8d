-- All customers of a company, also those who are merged into somebody: a merge may end.
SELECT c.id
  FROM customer AS c
 WHERE c.company_id = :id
 ORDER BY c.id
