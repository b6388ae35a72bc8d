INSERT INTO vocabulary (only, digest) VALUES (1, :digest) ON CONFLICT (only) DO UPDATE SET digest = excluded.digest
