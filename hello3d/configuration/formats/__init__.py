"""How the pages that Django makes for staff word what they show."""
