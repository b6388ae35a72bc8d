DELETE FROM company WHERE id = :id
