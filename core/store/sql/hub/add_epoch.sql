INSERT INTO epoch (epoch, start_seq, met_ms) VALUES (:epoch, :start_seq, :met_ms) ON CONFLICT (epoch) DO NOTHING
