-- An outcome stays when its author has decided about it: a command that came to nothing must not be done after all when it is
-- offered to a restored hub.
ALTER TABLE command ADD COLUMN settled INTEGER NOT NULL DEFAULT 0
