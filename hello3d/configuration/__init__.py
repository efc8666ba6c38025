"""What the settings are made of: the environment, the log, the data folder."""
