SELECT visitor_id, n, client_ref FROM visitor_event WHERE item_id = :item_id
