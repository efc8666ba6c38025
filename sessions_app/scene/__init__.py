"""The scene document and everything that changes or describes it, in pure Python."""
