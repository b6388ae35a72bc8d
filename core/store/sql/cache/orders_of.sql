SELECT details FROM timeline_item WHERE customer_id = :id AND kind = 'order' AND NOT deleted
