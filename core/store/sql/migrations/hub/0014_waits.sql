-- How long a message was to wait from when `not_before_ms` was set: it never waits longer, wherever the clock is set meanwhile.
ALTER TABLE delivery_queue ADD COLUMN wait_ms INTEGER NOT NULL DEFAULT 86400000
