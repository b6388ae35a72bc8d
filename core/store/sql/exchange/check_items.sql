-- What was said, by whom, when, in the order of the table: for the hash over it all.
SELECT i.row, i.channel, i.kind, i.at_ms, i.subject, i.body, i.attachments, i.details, i.author_name,
       coalesce(p.address, ''), coalesce(a.email, '')
  FROM timeline_item AS i
  LEFT JOIN identity AS p ON p.id = i.identity_id
  LEFT JOIN agent AS a ON a.id = i.author_id
 WHERE i.row > :after_row AND i.conversation_id <> zeroblob(16)
 ORDER BY i.row
 LIMIT :row_count
