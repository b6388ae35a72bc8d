DELETE FROM customer_link WHERE id = :id
