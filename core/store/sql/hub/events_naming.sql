-- Events that may name somebody: what was done with another customer says with whom.
SELECT i.id, i.conversation_id, i.customer_id, i.identity_id, i.account_id, i.channel, i.kind, i.author_id,
       i.author_name, i.at_ms, i.subject, i.body, i.html, i.attachments, i.delivery, i.in_reply_to_id, i.automatic,
       i.deleted, i.edited_ms, i.details, i.version, i.mentions, i.said_seq
  FROM timeline_item AS i
 WHERE i.kind = 'event'
   AND (instr(i.details, :name) > 0 OR (i.author_id IS NULL AND i.author_name = :author_name))
