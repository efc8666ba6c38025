"""People: principals, identities, tokens, sign-ins, join codes and preferences."""
