"""Formats of Django's pages for staff."""
