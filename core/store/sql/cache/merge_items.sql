INSERT INTO item_search (item_search, rank) VALUES ('merge', :pages)
