"""HTTP basics: addresses, origins, bodies, cookies, links and content security."""
