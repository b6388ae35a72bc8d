SELECT DISTINCT tags FROM customer WHERE length(tags) > 1 LIMIT 500
