"""The pages that people visit, and how they sign in there."""
