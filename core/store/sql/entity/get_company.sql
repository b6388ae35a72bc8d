SELECT id, name, domains, note, attributes, version
  FROM company
 WHERE id = :id
