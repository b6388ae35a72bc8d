-- Writes a agent as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO agent (
    id, email, name, role, teams, active, version
) VALUES (
    :id, :email, :name, :role, :teams, :active, :version
)
ON CONFLICT (id) DO UPDATE SET
    email = excluded.email, name = excluded.name, role = excluded.role, teams = excluded.teams, active =
    excluded.active, version = excluded.version
 WHERE excluded.version >= agent.version OR :force
