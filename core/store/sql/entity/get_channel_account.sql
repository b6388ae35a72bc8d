SELECT id, channel, name, address, health, problem, problem_text, problem_since_ms, backfill_done, backfill_total,
       defects, undo_seconds, removed, version, reopen_days, team_id, region
  FROM channel_account
 WHERE id = :id
