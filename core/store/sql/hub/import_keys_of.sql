-- What the systems that history was imported from call a customer.
SELECT source, name FROM imported_key WHERE kind = 'customer' AND id = :id
