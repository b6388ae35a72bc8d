-- A turned bit is noticed here too, by what is in the row. None: written by a program that knew of none, which may come back:
-- what it changes has none any more.
ALTER TABLE draft ADD COLUMN checksum BLOB
-- next
ALTER TABLE setting ADD COLUMN checksum BLOB
-- next
ALTER TABLE installation ADD COLUMN checksum BLOB
-- next
CREATE TRIGGER draft_changed AFTER UPDATE OF body, fields, saved_ms ON draft
WHEN new.checksum IS old.checksum AND (new.body, new.fields, new.saved_ms) IS NOT (old.body, old.fields, old.saved_ms)
BEGIN
    UPDATE draft SET checksum = NULL WHERE conversation_id = new.conversation_id AND kind = new.kind;
END
-- next
CREATE TRIGGER setting_changed AFTER UPDATE OF value ON setting
WHEN new.checksum IS old.checksum AND new.value IS NOT old.value
BEGIN
    UPDATE setting SET checksum = NULL WHERE name = new.name;
END
-- next
CREATE TRIGGER installation_changed AFTER UPDATE OF client_id, hub_url, token, agent_email, workspace ON installation
WHEN new.checksum IS old.checksum AND (new.client_id, new.hub_url, new.token, new.agent_email, new.workspace)
    IS NOT (old.client_id, old.hub_url, old.token, old.agent_email, old.workspace)
BEGIN
    UPDATE installation SET checksum = NULL WHERE only = 1;
END
