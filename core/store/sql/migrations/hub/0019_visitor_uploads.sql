-- Files that visitors have sent ahead of a message, each at most a day; `network` bounds what comes from one place.
CREATE TABLE visitor_upload (
    attachment_id BLOB PRIMARY KEY, network TEXT NOT NULL, at_ms INTEGER NOT NULL
) WITHOUT ROWID
-- next
CREATE INDEX visitor_upload_at ON visitor_upload (at_ms)
-- next
CREATE INDEX attachment_ref_content ON attachment_ref (sha256, item_id)
-- next
INSERT INTO visitor_upload (attachment_id, network, at_ms)
SELECT a.attachment_id, '', a.at_ms
  FROM attachment_ref AS a
 WHERE a.item_id IS NULL AND EXISTS (SELECT 1 FROM visitor AS v WHERE v.id = a.owner)
