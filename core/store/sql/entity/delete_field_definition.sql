DELETE FROM field_definition WHERE id = :id
