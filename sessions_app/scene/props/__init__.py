"""Props: things of everyday life, each made of a few plain solids by a recipe."""
