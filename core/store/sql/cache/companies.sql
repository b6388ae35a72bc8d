SELECT c.id, c.name, c.domains, c.note, c.attributes, c.version
  FROM company AS c
 ORDER BY c.name, c.id
