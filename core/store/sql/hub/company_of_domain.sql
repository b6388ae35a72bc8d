SELECT company_id FROM company_domain WHERE domain = :domain
