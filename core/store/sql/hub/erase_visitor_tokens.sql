-- By what the browsers of a visitor, and of what it was before, are known. Before the visitor (erase_visitor.sql).
DELETE FROM visitor_token WHERE visitor_id IN (
    WITH RECURSIVE same (id, step) AS (
        SELECT :visitor_id, 0
        UNION ALL SELECT v.id, s.step + 1 FROM same AS s JOIN visitor AS v ON v.moved_to = s.id
         WHERE s.step < 8 AND NOT EXISTS (SELECT 1 FROM identity AS d WHERE d.channel = 'webchat' AND d.address = v.id))
    SELECT id FROM same)
