-- How far a client's commands are part of the log up to :seq.
SELECT coalesce(max(n), 0) FROM outcome WHERE client_id = :client_id AND seq <= :seq
