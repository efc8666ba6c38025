"""Who signs in: by a bearer token, a cookie, or the code in a link."""
