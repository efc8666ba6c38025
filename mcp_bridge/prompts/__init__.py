"""Prompts that people select for a model."""
