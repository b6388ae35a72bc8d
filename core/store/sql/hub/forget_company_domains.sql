DELETE FROM company_domain WHERE company_id = :company_id
