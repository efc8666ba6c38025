"""Who asks: identities, tokens, invitations, preferences."""
