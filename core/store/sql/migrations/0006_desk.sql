-- Tickets, teams and rights: what conversations, customers, agents and marks have got since, in the order of
-- core/model/fields.h, and the tables of what a workspace is set up with.
ALTER TABLE customer ADD COLUMN company_id BLOB
-- next
ALTER TABLE customer ADD COLUMN spam INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE customer_link ADD COLUMN replaced BLOB NOT NULL DEFAULT x'a0'
-- next
ALTER TABLE agent ADD COLUMN custom_role_id BLOB
-- next
ALTER TABLE agent ADD COLUMN permissions BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE agent ADD COLUMN visibility TEXT NOT NULL DEFAULT 'teams'
-- next
ALTER TABLE agent ADD COLUMN accounts BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE agent ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE agent ADD COLUMN away INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE agent ADD COLUMN languages BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE team ADD COLUMN routing TEXT NOT NULL DEFAULT 'by-hand'
-- next
ALTER TABLE team ADD COLUMN return_minutes INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE conversation ADD COLUMN custom_status_id BLOB
-- next
ALTER TABLE conversation ADD COLUMN fields BLOB NOT NULL DEFAULT x'a0'
-- next
ALTER TABLE conversation ADD COLUMN checklist BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE conversation ADD COLUMN joined_into_id BLOB
-- next
ALTER TABLE conversation ADD COLUMN parent_id BLOB
-- next
ALTER TABLE conversation ADD COLUMN related BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE timeline_item ADD COLUMN mentions BLOB NOT NULL DEFAULT x'80'
-- next
ALTER TABLE timeline_item ADD COLUMN said_seq INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE read_mark ADD COLUMN following INTEGER NOT NULL DEFAULT 0
-- next
ALTER TABLE read_mark ADD COLUMN mentioned_ms INTEGER
-- next
ALTER TABLE read_mark ADD COLUMN mention_seen_ms INTEGER
-- next
CREATE TABLE role (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, permissions BLOB NOT NULL, visibility TEXT NOT NULL, accounts BLOB NOT
    NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE saved_view (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, owner_id BLOB NOT NULL, sharing TEXT NOT NULL, team_id BLOB, match_any
    INTEGER NOT NULL, conditions BLOB NOT NULL, sort TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT
    NULL
) WITHOUT ROWID
-- next
CREATE TABLE field_definition (
    id BLOB PRIMARY KEY, subject TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, choices
    BLOB NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE custom_status (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, status TEXT NOT NULL, position INTEGER NOT NULL, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE company (
    id BLOB PRIMARY KEY, name TEXT NOT NULL, domains BLOB NOT NULL, note TEXT NOT NULL, attributes BLOB NOT NULL,
    version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE TABLE consent (
    id BLOB PRIMARY KEY, customer_id BLOB NOT NULL, channel TEXT NOT NULL, purpose TEXT NOT NULL, granted INTEGER NOT
    NULL, source TEXT NOT NULL, at_ms INTEGER NOT NULL, by_id BLOB, version INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX consent_customer ON consent (customer_id)
-- next
CREATE INDEX customer_company ON customer (company_id) WHERE company_id IS NOT NULL
-- next
CREATE INDEX conversation_parent ON conversation (parent_id) WHERE parent_id IS NOT NULL
-- next
CREATE INDEX read_mark_mentioned ON read_mark (agent_id, mentioned_ms) WHERE mentioned_ms IS NOT NULL
