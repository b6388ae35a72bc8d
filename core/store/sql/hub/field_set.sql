SELECT at_ms FROM field_set WHERE about = :about AND field = :field
