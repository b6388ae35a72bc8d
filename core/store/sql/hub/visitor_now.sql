-- Who this visitor has turned out to be: itself, if nobody else.
WITH RECURSIVE onward (id, moved_to) AS (
    SELECT v.id, v.moved_to FROM visitor AS v WHERE v.id = :visitor_id
    UNION
    SELECT v.id, v.moved_to FROM onward AS o JOIN visitor AS v ON v.id = o.moved_to
)
SELECT id FROM onward WHERE moved_to IS NULL
