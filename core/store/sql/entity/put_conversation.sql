-- Writes a conversation as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO conversation (
    id, number, customer_id, identity_id, account_id, channel, subject, status, snoozed_until_ms, resolved_ms,
    assignee_id, team_id, priority, tags, created_ms, last_item_ms, preview, preview_outbound, waiting_since_ms,
    inbound_count, version, custom_status_id, fields, checklist, joined_into_id, parent_id, related,
    preview_author_id
) VALUES (
    :id, :number, :customer_id, :identity_id, :account_id, :channel, :subject, :status, :snoozed_until_ms,
    :resolved_ms, :assignee_id, :team_id, :priority, :tags, :created_ms, :last_item_ms, :preview, :preview_outbound,
    :waiting_since_ms, :inbound_count, :version, :custom_status_id, :fields, :checklist, :joined_into_id, :parent_id,
    :related, :preview_author_id
)
ON CONFLICT (id) DO UPDATE SET
    number = excluded.number, customer_id = excluded.customer_id, identity_id = excluded.identity_id, account_id =
    excluded.account_id, channel = excluded.channel, subject = excluded.subject, status = excluded.status,
    snoozed_until_ms = excluded.snoozed_until_ms, resolved_ms = excluded.resolved_ms, assignee_id =
    excluded.assignee_id, team_id = excluded.team_id, priority = excluded.priority, tags = excluded.tags, created_ms =
    excluded.created_ms, last_item_ms = excluded.last_item_ms, preview = excluded.preview, preview_outbound =
    excluded.preview_outbound, waiting_since_ms = excluded.waiting_since_ms, inbound_count = excluded.inbound_count,
    version = excluded.version,
    custom_status_id = excluded.custom_status_id, fields = excluded.fields,
    checklist = excluded.checklist, joined_into_id = excluded.joined_into_id,
    parent_id = excluded.parent_id, related = excluded.related,
    preview_author_id = excluded.preview_author_id
 WHERE excluded.version >= conversation.version OR :force
