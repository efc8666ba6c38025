"""Scene sessions: creation, routing, listing, life cycle and clean-up."""
