-- The audit log as it is kept, from behind entry :after_n, for its chain of hashes.
SELECT a.n, a.at_ms, a.kind, a.by_id, a.place, a.subject_id, a.about, a.was, a.became, a.hash
  FROM audit AS a
 WHERE a.n > :after_n
 ORDER BY a.n
