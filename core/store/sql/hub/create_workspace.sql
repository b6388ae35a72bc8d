INSERT INTO workspace (only, name, epoch, head, chain, next_number) VALUES (1, :name, :epoch, 0, :chain, 1001)
ON CONFLICT (only) DO NOTHING
