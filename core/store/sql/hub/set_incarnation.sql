INSERT INTO incarnation (only, name) VALUES (1, :name) ON CONFLICT (only) DO UPDATE SET name = excluded.name
