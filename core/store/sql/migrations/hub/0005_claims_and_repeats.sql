-- Which claim a message in hand is under: the seq of the change that made it, so that no two are alike. A worker that was
-- paused, and comes back after its claim was given to another, has an old one and settles nothing.
ALTER TABLE delivery_queue ADD COLUMN term INTEGER NOT NULL DEFAULT 0
-- next
-- A command is known by its id also where an installation had to number its commands anew.
CREATE INDEX outcome_command ON outcome (command_id)
