INSERT INTO company_domain (domain, company_id) VALUES (:domain, :company_id)
ON CONFLICT (domain) DO NOTHING
