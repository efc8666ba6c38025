"""The pages for people, and their sign-in."""
