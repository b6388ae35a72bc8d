-- When work was last given out to an agent: whose turn it is. Not a row of the agent's, which everybody would hear of.
CREATE TABLE agent_work (agent_id BLOB PRIMARY KEY, given_seq INTEGER NOT NULL, seen_ms INTEGER NOT NULL) WITHOUT ROWID
-- next
-- What may make two customers one person, each in one normal form: a phone number, a name with a postcode, an address. Who
-- shares one is found by a look at the index, never by comparing everybody with everybody.
CREATE TABLE match_key (
    kind TEXT NOT NULL, value TEXT NOT NULL, customer_id BLOB NOT NULL, PRIMARY KEY (kind, value, customer_id)
) WITHOUT ROWID
-- next
CREATE INDEX match_key_customer ON match_key (customer_id)
-- next
CREATE INDEX conversation_joined ON conversation (joined_into_id) WHERE joined_into_id IS NOT NULL
