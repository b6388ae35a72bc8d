-- Writes a field definition as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO field_definition (
    id, subject, key, name, type, choices, position, version
) VALUES (
    :id, :subject, :key, :name, :type, :choices, :position, :version
)
ON CONFLICT (id) DO UPDATE SET
    subject = excluded.subject, key = excluded.key, name = excluded.name, type = excluded.type, choices =
    excluded.choices, position = excluded.position, version = excluded.version
 WHERE excluded.version >= field_definition.version OR :force
