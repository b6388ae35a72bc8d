-- Messages that may have gone to an address besides their own, or may not have got there, and events that say why not.
SELECT id FROM timeline_item
 WHERE kind IN ('inbound', 'outbound', 'event')
   AND (instr(CAST(lower(CAST(details AS TEXT)) AS BLOB), :address) > 0
        OR instr(CAST(lower(CAST(delivery AS TEXT)) AS BLOB), :address) > 0)
