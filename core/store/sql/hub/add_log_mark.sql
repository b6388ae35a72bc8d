-- Where the log is now, at most once in :every_ms. A clock that was put back begins anew where it is.
INSERT INTO log_mark (at_ms, seq)
SELECT :now_ms, w.head FROM workspace AS w
 WHERE NOT EXISTS (SELECT 1 FROM log_mark AS m WHERE m.at_ms > :now_ms - :every_ms AND m.at_ms <= :now_ms)
ON CONFLICT (at_ms) DO NOTHING
