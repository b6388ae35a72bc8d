SELECT n, item_id FROM visitor_event WHERE visitor_id = :visitor_id AND client_ref = :client_ref
