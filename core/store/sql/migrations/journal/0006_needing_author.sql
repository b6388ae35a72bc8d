-- What came back to its author and is not decided is counted with each command and each outcome: a few among all of a week.
CREATE INDEX command_needing_author ON command (settled) WHERE outcome IS NOT NULL AND settled = 0
