SELECT id, name, note, language, attributes, tags, blocked, created_ms, version, company_id, spam,
       preferred
  FROM customer
 WHERE id = :id
