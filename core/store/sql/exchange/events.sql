-- What was done, which may say with whom.
SELECT author_id, author_name, details FROM timeline_item WHERE kind = 'event'
