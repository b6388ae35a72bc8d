INSERT INTO customer_search (customer_search) VALUES ('optimize')
