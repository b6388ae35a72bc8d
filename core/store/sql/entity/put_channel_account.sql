-- Writes a channel account as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO channel_account (
    id, channel, name, address, health, problem, problem_text, problem_since_ms, backfill_done, backfill_total,
    defects, undo_seconds, removed, version, reopen_days, team_id, region
) VALUES (
    :id, :channel, :name, :address, :health, :problem, :problem_text, :problem_since_ms, :backfill_done,
    :backfill_total, :defects, :undo_seconds, :removed, :version, :reopen_days, :team_id, :region
)
ON CONFLICT (id) DO UPDATE SET
    channel = excluded.channel, name = excluded.name, address = excluded.address, health = excluded.health, problem =
    excluded.problem, problem_text = excluded.problem_text, problem_since_ms = excluded.problem_since_ms,
    backfill_done = excluded.backfill_done, backfill_total = excluded.backfill_total, defects = excluded.defects,
    undo_seconds = excluded.undo_seconds, removed = excluded.removed, version = excluded.version,
    reopen_days = excluded.reopen_days, team_id = excluded.team_id, region = excluded.region
 WHERE excluded.version >= channel_account.version OR :force
