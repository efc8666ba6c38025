"""Tool calls on record, and the figures that are made of them."""
