"""What stands between the network and the application: uvicorn's protocols, hosts, files."""
