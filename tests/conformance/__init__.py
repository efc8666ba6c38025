"""The conformance suite of the Model Context Protocol, run against a server process of ours."""
