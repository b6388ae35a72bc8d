SELECT complete FROM coverage WHERE customer_id = :id
