"""Parts of the settings: the environment, logging, the data folder."""
