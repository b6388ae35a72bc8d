DELETE FROM suggestion WHERE id = :id
