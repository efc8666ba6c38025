"""The files that pages load: which are published, and how they are served."""
