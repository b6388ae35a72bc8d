-- What is synced: the same tables in the hub's store and in a desktop's cache. Column names are the field names of
-- core/model/fields.h; lists and maps are CBOR. Times are UTC milliseconds, ids 16 bytes.
CREATE TABLE customer (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, language TEXT NOT NULL, attributes BLOB NOT NULL,
    tags BLOB NOT NULL, blocked INTEGER NOT NULL, created_ms INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX customer_version ON customer (version)
-- next
CREATE TABLE identity (
    id BLOB PRIMARY KEY, customer_id BLOB NOT NULL, channel TEXT NOT NULL, account_id BLOB NOT NULL, address TEXT NOT NULL,
    shown TEXT NOT NULL, name TEXT NOT NULL, verified INTEGER NOT NULL, problem TEXT NOT NULL,
    last_used_ms INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE UNIQUE INDEX identity_address ON identity (channel, address, account_id)
-- next
CREATE INDEX identity_customer ON identity (customer_id)
-- next
CREATE INDEX identity_version ON identity (version)
-- next
CREATE TABLE customer_link (
    id BLOB PRIMARY KEY, from_id BLOB NOT NULL, into_id BLOB NOT NULL, evidence TEXT NOT NULL, by_id BLOB,
    at_ms INTEGER NOT NULL, ended_ms INTEGER, ended_by_id BLOB, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX customer_link_into ON customer_link (into_id) WHERE ended_ms IS NULL
-- next
CREATE INDEX customer_link_from ON customer_link (from_id) WHERE ended_ms IS NULL
-- next
CREATE TABLE suggestion (
    id BLOB PRIMARY KEY, customer_id BLOB NOT NULL, other_id BLOB NOT NULL, reason TEXT NOT NULL, evidence TEXT NOT NULL,
    state TEXT NOT NULL, at_ms INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX suggestion_customer ON suggestion (customer_id)
-- next
CREATE INDEX suggestion_other ON suggestion (other_id)
-- next
CREATE TABLE channel_account (
    id BLOB PRIMARY KEY, channel TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, health TEXT NOT NULL,
    problem TEXT NOT NULL, problem_text TEXT NOT NULL, problem_since_ms INTEGER, backfill_done INTEGER NOT NULL,
    backfill_total INTEGER NOT NULL, defects INTEGER NOT NULL, undo_seconds INTEGER NOT NULL, removed INTEGER NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE agent (
    id BLOB PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL, teams BLOB NOT NULL,
    active INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE team (id BLOB PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL) WITHOUT ROWID
-- next
CREATE TABLE conversation (
    id BLOB PRIMARY KEY, number INTEGER NOT NULL, customer_id BLOB NOT NULL, identity_id BLOB NOT NULL,
    account_id BLOB NOT NULL, channel TEXT NOT NULL, subject TEXT NOT NULL, status TEXT NOT NULL,
    snoozed_until_ms INTEGER, resolved_ms INTEGER, assignee_id BLOB, team_id BLOB, priority TEXT NOT NULL,
    tags BLOB NOT NULL, created_ms INTEGER NOT NULL, last_item_ms INTEGER NOT NULL, preview TEXT NOT NULL,
    preview_outbound INTEGER NOT NULL, waiting_since_ms INTEGER, inbound_count INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX conversation_customer ON conversation (customer_id, last_item_ms)
-- next
CREATE INDEX conversation_identity ON conversation (identity_id, account_id, last_item_ms)
-- next
CREATE INDEX conversation_list ON conversation (status, last_item_ms, id)
-- next
CREATE INDEX conversation_assignee ON conversation (assignee_id, status, last_item_ms, id)
-- next
CREATE INDEX conversation_version ON conversation (version)
-- next
CREATE INDEX conversation_snoozed ON conversation (snoozed_until_ms) WHERE snoozed_until_ms IS NOT NULL
-- next
CREATE TABLE timeline_item (
    row INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, conversation_id BLOB NOT NULL, customer_id BLOB NOT NULL,
    identity_id BLOB NOT NULL, account_id BLOB NOT NULL, channel TEXT NOT NULL, kind TEXT NOT NULL, author_id BLOB,
    author_name TEXT NOT NULL, at_ms INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL,
    attachments BLOB NOT NULL, delivery BLOB, in_reply_to_id BLOB, automatic INTEGER NOT NULL, deleted INTEGER NOT NULL,
    edited_ms INTEGER, details BLOB NOT NULL, version INTEGER NOT NULL
)
-- next
CREATE INDEX timeline_item_customer ON timeline_item (customer_id, at_ms, id)
-- next
CREATE INDEX timeline_item_conversation ON timeline_item (conversation_id, at_ms, id)
-- next
CREATE INDEX timeline_item_version ON timeline_item (version)
-- next
CREATE TABLE read_mark (
    agent_id BLOB NOT NULL, conversation_id BLOB NOT NULL, read_count INTEGER NOT NULL, version INTEGER NOT NULL,
    PRIMARY KEY (agent_id, conversation_id)
) WITHOUT ROWID
-- next
CREATE INDEX timeline_item_at ON timeline_item (at_ms, id)
-- next
CREATE INDEX conversation_number ON conversation (number)
