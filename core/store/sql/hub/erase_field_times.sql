-- When fields of something were set.
DELETE FROM field_set WHERE about = :about
