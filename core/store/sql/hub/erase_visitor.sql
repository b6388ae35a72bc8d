-- A visitor of a web page, and what it was before it turned out to be this one: the next visit is a stranger's.
DELETE FROM visitor WHERE id IN (
    WITH RECURSIVE same (id, step) AS (
        SELECT :visitor_id, 0
        UNION ALL SELECT v.id, s.step + 1 FROM same AS s JOIN visitor AS v ON v.moved_to = s.id
         WHERE s.step < 8 AND NOT EXISTS (SELECT 1 FROM identity AS d WHERE d.channel = 'webchat' AND d.address = v.id))
    SELECT id FROM same)
