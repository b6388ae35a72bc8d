-- A page of the audit log, the newest first, before entry :before_n.
SELECT a.n, a.at_ms, a.kind, a.by_id, a.place, a.subject_id, a.about, a.was, a.became, coalesce(g.name, ''),
       coalesce(c.name, ''), coalesce(i.name, '')
  FROM audit AS a
  LEFT JOIN agent AS g ON g.id = a.by_id
  LEFT JOIN customer AS c ON c.id = a.subject_id
  LEFT JOIN customer_link AS l ON l.id = a.subject_id
  LEFT JOIN customer AS i ON i.id = l.from_id
 WHERE a.n < :before_n
   AND (:person_id IS NULL OR a.by_id = :person_id OR a.subject_id = :person_id)
   AND (:kind = '' OR a.kind = :kind)
   AND a.at_ms >= :from_ms AND a.at_ms < :until_ms
   AND (:text = '' OR instr(a.folded, :text) > 0)
 ORDER BY a.n DESC
 LIMIT :row_count
