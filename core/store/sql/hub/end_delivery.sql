DELETE FROM delivery_queue WHERE item_id = :item_id
