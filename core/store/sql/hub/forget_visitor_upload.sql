DELETE FROM visitor_upload WHERE attachment_id = :attachment_id
