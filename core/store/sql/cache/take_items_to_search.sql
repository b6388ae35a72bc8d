INSERT INTO item_search (rowid, subject, body, author_name)
SELECT t.row, search_fold(t.subject), search_fold(t.body), search_fold(t.author_name)
FROM item_to_search AS w CROSS JOIN timeline_item AS t ON t.row = w.row
