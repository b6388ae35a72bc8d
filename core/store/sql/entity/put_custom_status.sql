-- Writes a custom status as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO custom_status (
    id, name, status, position, version
) VALUES (
    :id, :name, :status, :position, :version
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, status = excluded.status, position = excluded.position, version = excluded.version
 WHERE excluded.version >= custom_status.version OR :force
