-- What match_key was made by: names of fields, and whose numbers those without a country code are. By others it is made anew.
ALTER TABLE matching ADD COLUMN rules BLOB
