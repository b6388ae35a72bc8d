-- What is being erased: for the statements that find what hangs on it. Empty when an erasure has ended.
INSERT INTO erasing_item (id) VALUES (:id) ON CONFLICT (id) DO NOTHING
