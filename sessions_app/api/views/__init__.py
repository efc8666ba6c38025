"""The views of the REST API."""
