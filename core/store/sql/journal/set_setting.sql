INSERT INTO setting (name, value, checksum) VALUES (:name, :value, :checksum)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, checksum = excluded.checksum
