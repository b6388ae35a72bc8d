DELETE FROM one_time_link WHERE expires_ms < :now_ms
