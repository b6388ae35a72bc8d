-- What the systems that history was imported from called a customer, or what is of them.
DELETE FROM imported_key WHERE id = :id
