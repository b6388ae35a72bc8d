-- Row by row: to clear a whole table writes its page also where there is nothing in it.
DELETE FROM customer_to_search WHERE TRUE
