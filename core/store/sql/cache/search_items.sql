-- Newest first by row number, never by rank: bm25 over common words takes seconds at a million rows (DESIGN 9).
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq,
       coalesce(nullif(root.name, ''), d.name, ''), coalesce(l.into_id, i.customer_id)
  FROM (SELECT rowid AS row FROM item_search WHERE item_search MATCH :match ORDER BY rowid DESC LIMIT :row_count) AS found
  JOIN timeline_item AS i ON i.row = found.row
  LEFT JOIN customer_link AS l ON l.from_id = i.customer_id AND l.ended_ms IS NULL
  LEFT JOIN customer AS root ON root.id = coalesce(l.into_id, i.customer_id)
  LEFT JOIN identity AS d ON d.id = i.identity_id
 WHERE NOT i.deleted
 ORDER BY i.at_ms DESC, i.id DESC
