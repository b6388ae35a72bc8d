-- Writes a consent as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO consent (
    id, customer_id, channel, purpose, granted, source, at_ms, by_id, version
) VALUES (
    :id, :customer_id, :channel, :purpose, :granted, :source, :at_ms, :by_id, :version
)
ON CONFLICT (id) DO UPDATE SET
    customer_id = excluded.customer_id, channel = excluded.channel, purpose = excluded.purpose, granted =
    excluded.granted, source = excluded.source, at_ms = excluded.at_ms, by_id = excluded.by_id, version =
    excluded.version
 WHERE excluded.version >= consent.version OR :force
