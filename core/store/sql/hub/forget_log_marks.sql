DELETE FROM log_mark WHERE at_ms < :before_ms AND seq < :seq
