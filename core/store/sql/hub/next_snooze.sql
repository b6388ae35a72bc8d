SELECT min(snoozed_until_ms) FROM conversation WHERE snoozed_until_ms IS NOT NULL AND status = 'snoozed'
