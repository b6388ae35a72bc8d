DELETE FROM field_set WHERE about = :about AND field = :field
