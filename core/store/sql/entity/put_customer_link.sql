-- Writes a customer link as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO customer_link (
    id, from_id, into_id, evidence, by_id, at_ms, ended_ms, ended_by_id, version, replaced, first_id
) VALUES (
    :id, :from_id, :into_id, :evidence, :by_id, :at_ms, :ended_ms, :ended_by_id, :version, :replaced, :first_id
)
ON CONFLICT (id) DO UPDATE SET
    from_id = excluded.from_id, into_id = excluded.into_id, evidence = excluded.evidence, by_id = excluded.by_id,
    at_ms = excluded.at_ms, ended_ms = excluded.ended_ms, ended_by_id = excluded.ended_by_id, version =
    excluded.version, replaced = excluded.replaced, first_id = excluded.first_id
 WHERE excluded.version >= customer_link.version OR :force
