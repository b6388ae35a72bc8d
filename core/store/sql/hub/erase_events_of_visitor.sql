-- Erase events of visitor.
DELETE FROM visitor_event WHERE visitor_id = :visitor_id
