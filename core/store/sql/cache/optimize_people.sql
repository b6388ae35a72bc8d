INSERT INTO identity_search (identity_search) VALUES ('optimize')
