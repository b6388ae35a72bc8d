-- Begun anew, and the hub has yet to say who was erased: what is kept of them beside the copy would stay.
ALTER TABLE position ADD COLUMN unheard INTEGER NOT NULL DEFAULT 0
