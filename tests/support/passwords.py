"""Passwords that are quick to check: in the tests' own process they are nobody's."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """Django's own way without the million rounds, a quarter of a second for each look."""

    iterations = 1
