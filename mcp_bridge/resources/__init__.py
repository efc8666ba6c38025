"""Scenes as resources: reading, subscriptions and notifications."""
