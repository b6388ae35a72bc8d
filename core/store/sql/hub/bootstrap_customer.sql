SELECT t.id, t.name, t.note, t.language, t.attributes, t.tags, t.blocked, t.created_ms, t.version, t.company_id,
       t.spam, t.preferred
  FROM customer AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
