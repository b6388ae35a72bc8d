-- Whether somebody is known by this visitor's id.
SELECT 1
  FROM visitor AS v
  JOIN identity AS i ON i.channel = 'webchat' AND i.address = v.id AND i.account_id = v.account_id
 WHERE v.id = :visitor_id
