INSERT INTO vocabulary (only, digest, names) VALUES (1, :digest, :names)
ON CONFLICT (only) DO UPDATE SET digest = excluded.digest, names = excluded.names
