-- Writes a timeline item as it is now. Its row number follows its time, so that a search finds the newest first by it alone. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO timeline_item (
    row, id, conversation_id, customer_id, identity_id, account_id, channel, kind, author_id, author_name, at_ms,
       subject, body, html, attachments, delivery, in_reply_to_id, automatic, deleted, edited_ms, details, version,
       mentions, said_seq
) VALUES (
    :row, :id, :conversation_id, :customer_id, :identity_id, :account_id, :channel, :kind, :author_id, :author_name, :at_ms,
    :subject, :body, :html, :attachments, :delivery, :in_reply_to_id, :automatic, :deleted, :edited_ms, :details,
    :version, :mentions, :said_seq
)
ON CONFLICT (id) DO UPDATE SET
    conversation_id = excluded.conversation_id, customer_id = excluded.customer_id, identity_id =
    excluded.identity_id, account_id = excluded.account_id, channel = excluded.channel, kind = excluded.kind,
    author_id = excluded.author_id, author_name = excluded.author_name, at_ms = excluded.at_ms, subject =
    excluded.subject, body = excluded.body, html = excluded.html, attachments = excluded.attachments, delivery =
    excluded.delivery, in_reply_to_id = excluded.in_reply_to_id, automatic = excluded.automatic, deleted =
    excluded.deleted, edited_ms = excluded.edited_ms, details = excluded.details, version = excluded.version,
    mentions = excluded.mentions, said_seq = excluded.said_seq
 WHERE excluded.version >= timeline_item.version OR :force
