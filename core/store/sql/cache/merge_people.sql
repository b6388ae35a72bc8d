INSERT INTO identity_search (identity_search, rank) VALUES ('merge', :pages)
