-- Writes a suggestion as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO suggestion (
    id, customer_id, other_id, reason, evidence, state, at_ms, version
) VALUES (
    :id, :customer_id, :other_id, :reason, :evidence, :state, :at_ms, :version
)
ON CONFLICT (id) DO UPDATE SET
    customer_id = excluded.customer_id, other_id = excluded.other_id, reason = excluded.reason, evidence =
    excluded.evidence, state = excluded.state, at_ms = excluded.at_ms, version = excluded.version
 WHERE excluded.version >= suggestion.version OR :force
