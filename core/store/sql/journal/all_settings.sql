SELECT name, value, checksum FROM setting WHERE checksum IS NOT NULL
