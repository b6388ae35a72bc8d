DELETE FROM tombstone
