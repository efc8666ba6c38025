"""Changes of documents: drafts, and the patches between revisions."""
