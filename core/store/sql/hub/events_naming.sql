-- Events that may name somebody: what was done with another customer says with whom.
SELECT id FROM timeline_item
 WHERE kind = 'event' AND (instr(details, :name) > 0 OR (author_id IS NULL AND author_name = :author_name))
