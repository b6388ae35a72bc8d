DELETE FROM customer WHERE id = :id
