-- How many suggestions of one reason nobody has decided yet for a person, the root or anybody merged into it; at most :row_count.
SELECT count(*)
  FROM (SELECT s.id FROM suggestion AS s
         WHERE s.state = 'open' AND s.reason = :reason
           AND (s.other_id = :root_id
                OR s.customer_id = :root_id
                OR s.other_id IN (SELECT l.from_id FROM customer_link AS l
                                   WHERE l.into_id = :root_id AND l.ended_ms IS NULL)
                OR s.customer_id IN (SELECT l.from_id FROM customer_link AS l
                                      WHERE l.into_id = :root_id AND l.ended_ms IS NULL))
         LIMIT :row_count) AS few
