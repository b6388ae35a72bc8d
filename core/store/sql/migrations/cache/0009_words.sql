-- How often something has gone whose words may still be in segments of the full text and in the log; 0: they are not.
ALTER TABLE position ADD COLUMN words_gone INTEGER NOT NULL DEFAULT 0
