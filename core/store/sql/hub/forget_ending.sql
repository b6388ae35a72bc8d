DELETE FROM ending WHERE id = :id
