-- Each attachment with the file it is, one file after the other.
SELECT sha256, attachment_id, item_id, owner FROM attachment_ref WHERE sha256 <> '' ORDER BY sha256, attachment_id
