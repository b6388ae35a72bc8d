-- Erase visitor tokens.
DELETE FROM visitor_token WHERE visitor_id = :visitor_id
