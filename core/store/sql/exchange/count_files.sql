SELECT count(DISTINCT sha256) FROM attachment_ref WHERE sha256 <> ''
