INSERT INTO identity_search (rowid, name, address)
SELECT r.row, search_fold(i.name), search_fold(i.shown)
FROM identity_to_search AS w CROSS JOIN identity_row AS r ON r.row = w.row CROSS JOIN identity AS i ON i.id = r.identity_id
