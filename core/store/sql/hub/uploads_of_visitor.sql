-- What a visitor has uploaded, and not sent.
SELECT attachment_id, sha256 FROM attachment_ref WHERE owner = :visitor_id AND item_id IS NULL
