"""Describes scenes in words: numbers, objects, and whole documents."""
