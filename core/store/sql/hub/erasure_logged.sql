-- When somebody was last erased here, as the audit log says; NULL: never.
SELECT max(at_ms) FROM audit WHERE kind = 'customer-erased' AND subject_id = :id
