-- News of messages that have not come, which may name an address.
SELECT account_id, name, delivery, at_ms FROM parked_delivery
 WHERE instr(CAST(lower(CAST(delivery AS TEXT)) AS BLOB), :address) > 0
