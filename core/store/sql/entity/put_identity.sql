-- Writes a identity as it is now. An older one than is there changes nothing: frames and pages may come late or twice.
INSERT INTO identity (
    id, customer_id, channel, account_id, address, shown, name, verified, problem, last_used_ms, version
) VALUES (
    :id, :customer_id, :channel, :account_id, :address, :shown, :name, :verified, :problem, :last_used_ms, :version
)
ON CONFLICT (id) DO UPDATE SET
    customer_id = excluded.customer_id, channel = excluded.channel, account_id = excluded.account_id, address =
    excluded.address, shown = excluded.shown, name = excluded.name, verified = excluded.verified, problem =
    excluded.problem, last_used_ms = excluded.last_used_ms, version = excluded.version
 WHERE excluded.version >= identity.version OR :force
