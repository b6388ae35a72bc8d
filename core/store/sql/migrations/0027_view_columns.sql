-- What the rows of a saved view show besides; null: nobody has chosen.
ALTER TABLE saved_view ADD COLUMN columns BLOB
