-- Appended in order behind what is there: numbers once given are never given again.
UPDATE visitor_event SET visitor_id = :into, n = n + :shift WHERE visitor_id = :from
