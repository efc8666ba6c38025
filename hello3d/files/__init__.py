"""Static files: which are published, and how they are served."""
