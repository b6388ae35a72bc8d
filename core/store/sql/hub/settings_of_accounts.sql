SELECT a.id, a.channel, c.settings
  FROM channel_account AS a
  JOIN account_config AS c ON c.account_id = a.id
 WHERE NOT a.removed
 ORDER BY a.id
