SELECT sha256 FROM attachment_ref WHERE sha256 > :after AND sha256 <> '' GROUP BY sha256 ORDER BY sha256 LIMIT :row_count
