-- Rows whose version is not the newest the log has of them.
SELECT 'customer', count(*) FROM customer AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 0)
UNION ALL SELECT 'customer', count(*) FROM log AS l
  JOIN customer AS t ON t.id = l.entity_key
 WHERE l.entity_type = 0 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'identity', count(*) FROM identity AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 1)
UNION ALL SELECT 'identity', count(*) FROM log AS l
  JOIN identity AS t ON t.id = l.entity_key
 WHERE l.entity_type = 1 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'customer_link', count(*) FROM customer_link AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 2)
UNION ALL SELECT 'customer_link', count(*) FROM log AS l
  JOIN customer_link AS t ON t.id = l.entity_key
 WHERE l.entity_type = 2 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'suggestion', count(*) FROM suggestion AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 3)
UNION ALL SELECT 'suggestion', count(*) FROM log AS l
  JOIN suggestion AS t ON t.id = l.entity_key
 WHERE l.entity_type = 3 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'channel_account', count(*) FROM channel_account AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 4)
UNION ALL SELECT 'channel_account', count(*) FROM log AS l
  JOIN channel_account AS t ON t.id = l.entity_key
 WHERE l.entity_type = 4 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'agent', count(*) FROM agent AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 5)
UNION ALL SELECT 'agent', count(*) FROM log AS l
  JOIN agent AS t ON t.id = l.entity_key
 WHERE l.entity_type = 5 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'team', count(*) FROM team AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 6)
UNION ALL SELECT 'team', count(*) FROM log AS l
  JOIN team AS t ON t.id = l.entity_key
 WHERE l.entity_type = 6 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'conversation', count(*) FROM conversation AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 7)
UNION ALL SELECT 'conversation', count(*) FROM log AS l
  JOIN conversation AS t ON t.id = l.entity_key
 WHERE l.entity_type = 7 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'timeline_item', count(*) FROM timeline_item AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 8)
UNION ALL SELECT 'timeline_item', count(*) FROM log AS l
  JOIN timeline_item AS t ON t.id = l.entity_key
 WHERE l.entity_type = 8 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'role', count(*) FROM role AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 10)
UNION ALL SELECT 'role', count(*) FROM log AS l
  JOIN role AS t ON t.id = l.entity_key
 WHERE l.entity_type = 10 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'saved_view', count(*) FROM saved_view AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 11)
UNION ALL SELECT 'saved_view', count(*) FROM log AS l
  JOIN saved_view AS t ON t.id = l.entity_key
 WHERE l.entity_type = 11 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'field_definition', count(*) FROM field_definition AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 12)
UNION ALL SELECT 'field_definition', count(*) FROM log AS l
  JOIN field_definition AS t ON t.id = l.entity_key
 WHERE l.entity_type = 12 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'custom_status', count(*) FROM custom_status AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 13)
UNION ALL SELECT 'custom_status', count(*) FROM log AS l
  JOIN custom_status AS t ON t.id = l.entity_key
 WHERE l.entity_type = 13 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'company', count(*) FROM company AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 14)
UNION ALL SELECT 'company', count(*) FROM log AS l
  JOIN company AS t ON t.id = l.entity_key
 WHERE l.entity_type = 14 AND l.op = 'put' AND l.seq > t.version
UNION ALL SELECT 'consent', count(*) FROM consent AS t
  LEFT JOIN log AS l ON l.seq = t.version
 WHERE t.version >= :first_seq AND (l.entity_key IS NULL OR l.entity_key <> t.id OR l.entity_type <> 15)
UNION ALL SELECT 'consent', count(*) FROM log AS l
  JOIN consent AS t ON t.id = l.entity_key
 WHERE l.entity_type = 15 AND l.op = 'put' AND l.seq > t.version
