-- Whose a visitor of the web chat is. One that has said nothing before it turned out to be another one is that one's.
WITH RECURSIVE moved (id, step) AS (
    SELECT :visitor_id, 0
    UNION ALL SELECT v.moved_to, m.step + 1 FROM moved AS m JOIN visitor AS v ON v.id = m.id
     WHERE v.moved_to IS NOT NULL AND m.step < 8)
SELECT d.customer_id FROM moved AS m CROSS JOIN identity AS d ON d.channel = 'webchat' AND d.address = m.id
 ORDER BY m.step LIMIT 1
