-- Writes a saved view as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO saved_view (
    id, name, owner_id, sharing, team_id, match_any, conditions, sort, position, version, columns
) VALUES (
    :id, :name, :owner_id, :sharing, :team_id, :match_any, :conditions, :sort, :position, :version, :columns
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, owner_id = excluded.owner_id, sharing = excluded.sharing, team_id = excluded.team_id,
    match_any = excluded.match_any, conditions = excluded.conditions, sort = excluded.sort, position =
    excluded.position, version = excluded.version, columns = excluded.columns
 WHERE excluded.version >= saved_view.version OR :force
