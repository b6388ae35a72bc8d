-- From which the keys are derived that seal what agents do on their own computers. It is in every backup: a hub that is
-- restored, with another hub.key or none, opens what they have not sent yet.
ALTER TABLE workspace ADD COLUMN seal_root BLOB
