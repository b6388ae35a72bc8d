SELECT a.id, c.settings, c.sealed, c.paused
  FROM channel_account AS a
  JOIN account_config AS c ON c.account_id = a.id
 WHERE NOT a.removed
 ORDER BY a.id
