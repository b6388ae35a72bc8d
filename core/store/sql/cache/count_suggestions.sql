-- How many suggestions nobody has decided yet.
SELECT count(*)
  FROM suggestion AS s
 WHERE s.state = 'open'
