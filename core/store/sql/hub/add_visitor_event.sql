INSERT INTO visitor_event (visitor_id, n, item_id, client_ref) VALUES (:visitor_id, :n, :item_id, :client_ref)
