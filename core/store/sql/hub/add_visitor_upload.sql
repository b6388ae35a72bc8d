INSERT INTO visitor_upload (attachment_id, network, at_ms) VALUES (:attachment_id, :network, :at_ms)
