-- Writes a company as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO company (
    id, name, domains, note, attributes, version, removed
) VALUES (
    :id, :name, :domains, :note, :attributes, :version, :removed
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, domains = excluded.domains, note = excluded.note, attributes = excluded.attributes, version
    = excluded.version, removed = excluded.removed
 WHERE excluded.version >= company.version OR :force
