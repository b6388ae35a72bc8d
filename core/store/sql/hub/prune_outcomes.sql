-- Older than what a client will ask for again. What came back stays: whoever asks must not hear that it was done.
DELETE FROM outcome
 WHERE client_id = :client_id AND n <= :n AND kind NOT IN ('needs-you', 'refused') AND refused_rows IS NULL
