DELETE FROM team WHERE id = :id
