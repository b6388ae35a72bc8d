-- All people, who was heard of last first. A person is a customer who is merged into nobody.
SELECT c.id, c.name
  FROM customer AS c
  LEFT JOIN (SELECT coalesce(l.into_id, v.customer_id) AS root_id, max(v.last_item_ms) AS last_ms
               FROM conversation AS v
               LEFT JOIN customer_link AS l ON l.from_id = v.customer_id AND l.ended_ms IS NULL
              GROUP BY 1) AS heard ON heard.root_id = c.id
 WHERE NOT EXISTS (SELECT 1 FROM customer_link AS l WHERE l.from_id = c.id AND l.ended_ms IS NULL)
 ORDER BY coalesce(heard.last_ms, 0) DESC, c.id DESC
