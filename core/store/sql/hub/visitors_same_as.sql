-- Everybody that this visitor is: who it has turned out to be, and all who have turned out to be that one.
WITH RECURSIVE onward (id, moved_to) AS (
    SELECT v.id, v.moved_to FROM visitor AS v WHERE v.id = :visitor_id
    UNION
    SELECT v.id, v.moved_to FROM onward AS o JOIN visitor AS v ON v.id = o.moved_to
), same (id) AS (
    SELECT id FROM onward
    UNION
    SELECT v.id FROM same AS s JOIN visitor AS v ON v.moved_to = s.id
)
SELECT id FROM same
