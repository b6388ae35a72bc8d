UPDATE command SET applied_ms = :now_ms WHERE n <= :n AND applied_ms IS NULL
