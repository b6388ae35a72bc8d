SELECT a.n, a.hash FROM audit AS a ORDER BY a.n DESC LIMIT 1
