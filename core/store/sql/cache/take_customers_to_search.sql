INSERT INTO customer_search (rowid, name)
SELECT r.row, search_fold(c.name)
FROM customer_to_search AS w CROSS JOIN customer_row AS r ON r.row = w.row CROSS JOIN customer AS c ON c.id = r.customer_id
