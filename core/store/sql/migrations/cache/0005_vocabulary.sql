-- What the program that wrote this copy knew the names of (core/wire/vocabulary.h). One that knows more fetches it again: a
-- newer hub may have said things that were not understood.
CREATE TABLE vocabulary (only INTEGER PRIMARY KEY CHECK (only = 1), digest BLOB NOT NULL)
