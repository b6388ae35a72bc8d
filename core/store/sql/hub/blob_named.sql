-- Whether anything names a blob: an attachment of an item, or an upload that waits for its message.
SELECT 1 FROM attachment_ref WHERE sha256 = :sha256 LIMIT 1
