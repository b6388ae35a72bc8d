INSERT INTO audit (n, at_ms, kind, by_id, place, subject_id, about, was, became, folded)
SELECT coalesce(max(a.n), 0) + 1, :at_ms, :kind, :by_id, :place, :subject_id, :about, :was, :became, :folded
  FROM audit AS a
