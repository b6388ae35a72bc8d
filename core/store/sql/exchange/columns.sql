-- The columns of a table, and which place each has in its key (0: none).
SELECT name, pk FROM pragma_table_info(:table_name) ORDER BY cid
