-- Writes a role as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO role (
    id, name, permissions, visibility, accounts, version
) VALUES (
    :id, :name, :permissions, :visibility, :accounts, :version
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, permissions = excluded.permissions, visibility = excluded.visibility, accounts =
    excluded.accounts, version = excluded.version
 WHERE excluded.version >= role.version OR :force
