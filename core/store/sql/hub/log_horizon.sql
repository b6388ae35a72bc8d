-- The last change before the time from which on the log is kept.
SELECT coalesce(max(seq), 0) FROM log_mark WHERE at_ms <= :before_ms
