"""How much one client, one scene and one browser may ask for."""
