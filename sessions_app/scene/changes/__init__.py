"""How one document becomes the next: drafts, and the patches between revisions."""
