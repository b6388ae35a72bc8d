-- By what rights rows came here, as a version of the agent's own row: a change of that row that leaves the rights as they are
-- takes nothing away then. Of what is here already it is not known.
ALTER TABLE position ADD COLUMN rights_until INTEGER NOT NULL DEFAULT 9223372036854775807
