-- Identities that are called by a name: also those that were somebody's, and are somebody else's by now.
SELECT id FROM identity WHERE name = :name
