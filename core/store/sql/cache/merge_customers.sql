INSERT INTO customer_search (customer_search, rank) VALUES ('merge', :pages)
