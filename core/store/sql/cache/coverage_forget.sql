DELETE FROM coverage WHERE customer_id = :customer_id
