-- What only the hub has. One row: the workspace's clock (epoch, head), the chain at the head, and its counters.
CREATE TABLE workspace (
    only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, epoch BLOB NOT NULL, head INTEGER NOT NULL,
    chain BLOB NOT NULL, next_number INTEGER NOT NULL
)
-- next
-- The log is an index, not a payload store: what changed, in which order, and for whom. Payload is read from the tables.
CREATE TABLE log (
    seq INTEGER PRIMARY KEY, entity_type INTEGER NOT NULL, entity_key BLOB NOT NULL, op TEXT NOT NULL,
    scope_before BLOB, scope_after BLOB, client_id BLOB, client_n INTEGER, chain BLOB NOT NULL
)
-- next
-- Installations of the desktop, and how far each one's commands have been applied.
CREATE TABLE client (id BLOB PRIMARY KEY, agent_id BLOB NOT NULL, last_n INTEGER NOT NULL) WITHOUT ROWID
-- next
CREATE TABLE outcome (
    client_id BLOB NOT NULL, n INTEGER NOT NULL, command_id BLOB NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
    detail TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (client_id, n)
) WITHOUT ROWID
-- next
CREATE INDEX outcome_seq ON outcome (client_id, seq)
-- next
CREATE TABLE agent_password (agent_id BLOB PRIMARY KEY, hash TEXT NOT NULL) WITHOUT ROWID
-- next
CREATE TABLE device (
    token_hash BLOB PRIMARY KEY, agent_id BLOB NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL, revoked INTEGER NOT NULL
) WITHOUT ROWID
-- next
-- Settings are what `account add --set` was given; secrets are sealed with the key in the data folder.
CREATE TABLE account_config (account_id BLOB PRIMARY KEY, settings BLOB NOT NULL, sealed BLOB NOT NULL, paused INTEGER NOT NULL) WITHOUT ROWID
-- next
CREATE TABLE account_state (
    account_id BLOB NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (account_id, name)
) WITHOUT ROWID
-- next
-- Everything that came in, as it came in: the key that makes a repeat harmless, and the payload for reading it again.
CREATE TABLE raw_payload (
    account_id BLOB NOT NULL, external_id TEXT NOT NULL, received_ms INTEGER NOT NULL, item_id BLOB,
    problems TEXT NOT NULL, payload BLOB, PRIMARY KEY (account_id, external_id)
) WITHOUT ROWID
-- next
-- The names other messages may use for one of ours or theirs: Message-IDs, platform ids.
CREATE TABLE message_name (
    account_id BLOB NOT NULL, name TEXT NOT NULL, item_id BLOB NOT NULL, conversation_id BLOB NOT NULL,
    PRIMARY KEY (account_id, name)
) WITHOUT ROWID
-- next
CREATE INDEX message_name_item ON message_name (item_id)
-- next
-- News of a message of ours that came before the message itself was known.
CREATE TABLE parked_delivery (
    account_id BLOB NOT NULL, name TEXT NOT NULL, delivery BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (account_id, name)
) WITHOUT ROWID
-- next
-- What is to be sent. `claimed_ms` is set while a worker has it; after a crash it tells that it may have gone out.
CREATE TABLE delivery_queue (
    item_id BLOB PRIMARY KEY, account_id BLOB NOT NULL, conversation_id BLOB NOT NULL, message_id TEXT NOT NULL,
    not_before_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, claimed_ms INTEGER, uncertain INTEGER NOT NULL,
    queued_seq INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX delivery_queue_account ON delivery_queue (account_id, not_before_ms)
-- next
CREATE INDEX delivery_queue_conversation ON delivery_queue (conversation_id, queued_seq)
-- next
-- Visitors of our own web chat: whose log of numbered events a browser reads. A visitor that turned out to be another one
-- (`moved_to`) passes on what is still sent to it.
CREATE TABLE visitor (
    id TEXT PRIMARY KEY, account_id BLOB NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, email_proven INTEGER NOT NULL,
    identifier TEXT NOT NULL, blocked INTEGER NOT NULL, last_n INTEGER NOT NULL, read_n INTEGER NOT NULL,
    delivered_n INTEGER NOT NULL, seen_n INTEGER NOT NULL, moved_to TEXT, created_ms INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE UNIQUE INDEX visitor_identifier ON visitor (account_id, identifier) WHERE identifier <> '' AND moved_to IS NULL
-- next
CREATE TABLE visitor_token (token_hash BLOB PRIMARY KEY, visitor_id TEXT NOT NULL, revoked INTEGER NOT NULL) WITHOUT ROWID
-- next
CREATE TABLE visitor_event (
    visitor_id TEXT NOT NULL, n INTEGER NOT NULL, item_id BLOB NOT NULL UNIQUE, client_ref TEXT NOT NULL,
    PRIMARY KEY (visitor_id, n)
) WITHOUT ROWID
-- next
CREATE INDEX visitor_event_client ON visitor_event (visitor_id, client_ref)
-- next
-- What visitors have said of their address without proof: never an Identity, only a reason to suggest.
CREATE TABLE claim (channel TEXT NOT NULL, address TEXT NOT NULL, customer_id BLOB NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (channel, address, customer_id)) WITHOUT ROWID
-- next
-- Which attachment belongs to which item: a blob is reached through the right to the item.
-- Without an item: uploaded, and waiting for the message that will have it. `owner` is the agent's or visitor's id.
CREATE TABLE attachment_ref (
    attachment_id BLOB PRIMARY KEY, item_id BLOB, sha256 TEXT NOT NULL, size_bytes INTEGER NOT NULL,
    media_type TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, at_ms INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX attachment_ref_item ON attachment_ref (item_id)
-- next
-- What import has taken, by source, so that taking it again changes nothing.
CREATE TABLE imported (source TEXT NOT NULL, message_id TEXT NOT NULL, item_id BLOB, PRIMARY KEY (source, message_id)) WITHOUT ROWID
-- next
CREATE TABLE imported_key (source TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, id BLOB NOT NULL, PRIMARY KEY (source, kind, name)) WITHOUT ROWID
