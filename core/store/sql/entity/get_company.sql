SELECT id, name, domains, note, attributes, version, removed
  FROM company
 WHERE id = :id
