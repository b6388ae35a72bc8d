-- Writes a customer as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO customer (
    id, name, note, language, attributes, tags, blocked, created_ms, version, company_id, spam, preferred
) VALUES (
    :id, :name, :note, :language, :attributes, :tags, :blocked, :created_ms, :version, :company_id, :spam, :preferred
)
ON CONFLICT (id) DO UPDATE SET
    name = excluded.name, note = excluded.note, language = excluded.language, attributes = excluded.attributes, tags =
    excluded.tags, blocked = excluded.blocked, created_ms = excluded.created_ms, version = excluded.version,
    company_id = excluded.company_id, spam = excluded.spam, preferred = excluded.preferred
 WHERE excluded.version >= customer.version OR :force
