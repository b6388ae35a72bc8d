-- Who did what (ENGINE C81). Written in the transaction of the act. `subject_id` is whom or what it is about; customers are
-- named by it alone, so that nothing of an erased person stays here. `folded` is what a search looks through.
CREATE TABLE audit (
    n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind TEXT NOT NULL, by_id BLOB, place TEXT NOT NULL, subject_id BLOB,
    about TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL, folded TEXT NOT NULL
)
-- next
CREATE INDEX audit_by ON audit (by_id, n)
-- next
CREATE INDEX audit_subject ON audit (subject_id, n)
-- next
CREATE INDEX audit_kind ON audit (kind, n)
-- next
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are not changed');
END
-- next
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'entries of the audit log are not removed');
END
