-- Identities that cannot be reached, where what is said of that may name another address.
SELECT id FROM identity WHERE problem <> '' AND instr(lower(problem), :address) > 0
