-- A visitor of a web page: the next visit is a stranger's.
DELETE FROM visitor WHERE id = :visitor_id
