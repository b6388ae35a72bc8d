SELECT t.id, t.channel, t.name, t.address, t.health, t.problem, t.problem_text, t.problem_since_ms, t.backfill_done,
       t.backfill_total, t.defects, t.undo_seconds, t.removed, t.version, t.reopen_days, t.team_id, t.region
  FROM channel_account AS t
 WHERE t.id > :after_id
 ORDER BY t.id
 LIMIT :row_count
