INSERT INTO epoch (epoch, start_seq, met_ms)
SELECT epoch, 0, 0 FROM workspace WHERE NOT EXISTS (SELECT 1 FROM epoch)
