-- What agents who are not here have written (journal.cpp): all names that begin with it.
SELECT name, value FROM setting WHERE name >= 'put_by.' AND name < 'put_by/'
