SELECT c.id, c.name, c.domains, c.note, c.attributes, c.version, c.removed
  FROM company AS c
 WHERE NOT c.removed
 ORDER BY c.name, c.id
