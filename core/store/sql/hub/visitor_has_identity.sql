-- Whether somebody is known by this visitor's id, or by the one that the shop has for them: KEY/IDENTIFIER.
SELECT 1
  FROM visitor AS v
  JOIN identity AS i ON i.channel = 'webchat' AND i.address = v.id AND i.account_id = v.account_id
 WHERE v.id = :visitor_id
UNION ALL
SELECT 1
  FROM visitor AS v
  JOIN identity AS i ON i.channel = 'api' AND i.account_id = v.account_id
                    AND substr(i.address, instr(i.address, '/') + 1) = v.identifier
 WHERE v.id = :visitor_id AND v.identifier <> ''
