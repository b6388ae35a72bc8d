INSERT INTO item_search (item_search) VALUES ('optimize')
