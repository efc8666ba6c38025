"""The server layer: uvicorn's protocols, lifespan and draining."""
