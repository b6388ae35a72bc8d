INSERT INTO imported_key (source, kind, name, id) VALUES (:source, :kind, :name, :id)
ON CONFLICT (source, kind, name) DO NOTHING
