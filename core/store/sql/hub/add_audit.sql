INSERT INTO audit (n, at_ms, kind, by_id, place, subject_id, about, was, became, folded, hash)
VALUES (:n, :at_ms, :kind, :by_id, :place, :subject_id, :about, :was, :became, :folded, :hash)
