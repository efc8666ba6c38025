"""Prompts: texts that a person picks and a model works with."""
