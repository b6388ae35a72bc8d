-- What was taken back has its files no more. They are their uploader's alone, as before they were sent: its text is a draft
-- again, and may be sent with them.
UPDATE attachment_ref SET item_id = NULL, at_ms = :at_ms WHERE item_id = :item_id
