-- How far the log had come when: what is older than the log's horizon is forgotten by it.
CREATE TABLE log_mark (at_ms INTEGER PRIMARY KEY, seq INTEGER NOT NULL)
