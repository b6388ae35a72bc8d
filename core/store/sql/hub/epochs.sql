SELECT epoch, start_seq, met_ms FROM epoch ORDER BY number
