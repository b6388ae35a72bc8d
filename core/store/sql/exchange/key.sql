SELECT id FROM imported_key WHERE source = :source AND kind = :kind AND name = :name
