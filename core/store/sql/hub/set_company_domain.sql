INSERT INTO company_domain (domain, company_id) VALUES (:domain, :company_id)
ON CONFLICT (domain) DO UPDATE SET company_id = excluded.company_id
