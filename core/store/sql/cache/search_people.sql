-- By a name or an address of theirs, or by the name they are shown under: whose address that is, and their newest otherwise,
-- where they have none that is preferred.
SELECT coalesce(l.into_id, found.customer_id), coalesce(nullif(root.name, ''), i.name, ''), i.id, found.by_address,
       coalesce(length(root.preferred), 0) > 1
  FROM (SELECT i.customer_id AS customer_id, i.id AS identity_id, TRUE AS by_address
          FROM (SELECT rowid AS row FROM identity_search WHERE identity_search MATCH :match
                 ORDER BY rowid DESC LIMIT :row_count) AS f
          JOIN identity_row AS n ON n.row = f.row
          JOIN identity AS i ON i.id = n.identity_id
         UNION ALL
        SELECT n.customer_id, (SELECT i.id FROM identity AS i WHERE i.customer_id = n.customer_id
                                ORDER BY i.last_used_ms DESC LIMIT 1), FALSE
          FROM (SELECT rowid AS row FROM customer_search WHERE customer_search MATCH :match
                 ORDER BY rowid DESC LIMIT :row_count) AS f
          JOIN customer_row AS n ON n.row = f.row) AS found
  LEFT JOIN identity AS i ON i.id = found.identity_id
  LEFT JOIN customer_link AS l ON l.from_id = found.customer_id AND l.ended_ms IS NULL
  LEFT JOIN customer AS root ON root.id = coalesce(l.into_id, found.customer_id)
 ORDER BY i.last_used_ms DESC
