-- Writes a agent as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO agent (
    id, email, name, role, teams, active, version, custom_role_id, permissions, visibility, accounts, capacity, away,
    languages
) VALUES (
    :id, :email, :name, :role, :teams, :active, :version, :custom_role_id, :permissions, :visibility, :accounts,
    :capacity, :away, :languages
)
ON CONFLICT (id) DO UPDATE SET
    email = excluded.email, name = excluded.name, role = excluded.role, teams = excluded.teams, active =
    excluded.active, version = excluded.version,
    custom_role_id = excluded.custom_role_id, permissions = excluded.permissions,
    visibility = excluded.visibility, accounts = excluded.accounts,
    capacity = excluded.capacity, away = excluded.away,
    languages = excluded.languages
 WHERE excluded.version >= agent.version OR :force
