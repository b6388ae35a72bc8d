SELECT t.id, t.name, t.domains, t.note, t.attributes, t.version, t.removed
  FROM company AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
