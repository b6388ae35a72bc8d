-- A slice of what lies before the horizon. The row at it stays: by its chain a copy that ends there is known.
DELETE FROM log WHERE seq IN (SELECT seq FROM log WHERE seq < :seq ORDER BY seq LIMIT :row_count) RETURNING seq
