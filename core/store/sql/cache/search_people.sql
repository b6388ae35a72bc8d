SELECT coalesce(l.into_id, i.customer_id), coalesce(nullif(root.name, ''), i.name),
       i.id, i.customer_id, i.channel, i.account_id, i.address, i.shown, i.name, i.verified, i.problem,
       i.last_used_ms, i.version
  FROM (SELECT rowid AS row FROM identity_search WHERE identity_search MATCH :match ORDER BY rowid DESC LIMIT :row_count) AS found
  JOIN identity_row AS n ON n.row = found.row
  JOIN identity AS i ON i.id = n.identity_id
  LEFT JOIN customer_link AS l ON l.from_id = i.customer_id AND l.ended_ms IS NULL
  LEFT JOIN customer AS root ON root.id = coalesce(l.into_id, i.customer_id)
 ORDER BY i.last_used_ms DESC
