-- Writes a team as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO team (
    id, name, version, routing, return_minutes
) VALUES (
    :id, :name, :version, :routing, :return_minutes
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, version = excluded.version,
    routing = excluded.routing, return_minutes = excluded.return_minutes
 WHERE excluded.version >= team.version OR :force
