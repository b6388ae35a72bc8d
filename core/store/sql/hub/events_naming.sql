-- Items that may name somebody: events, as what was done with another customer says with whom; messages, by who wrote them and,
-- where they were imported, by who reacted to them.
SELECT id FROM timeline_item
 WHERE (author_id IS NULL AND author_name = :author_name)
    OR (instr(details, :name) > 0 AND (kind = 'event' OR instr(details, CAST('reactions' AS BLOB)) > 0))
