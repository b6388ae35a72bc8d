-- What was erased, of one kind, and has not come again under the same id.
SELECT about FROM field_set
 WHERE field = :field AND about NOT IN (SELECT id FROM customer) AND about NOT IN (SELECT id FROM conversation)
