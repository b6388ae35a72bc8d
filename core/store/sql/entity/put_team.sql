-- Writes a team as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO team (
    id, name, version
) VALUES (
    :id, :name, :version
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, version = excluded.version
 WHERE excluded.version >= team.version OR :force
