-- Which address of somebody comes first on each channel, and companies that were removed.
ALTER TABLE customer ADD COLUMN preferred BLOB NOT NULL DEFAULT x'a0'
-- next
ALTER TABLE company ADD COLUMN removed INTEGER NOT NULL DEFAULT 0
