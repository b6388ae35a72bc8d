DELETE FROM outcome WHERE client_id = :client_id AND n <= :n
