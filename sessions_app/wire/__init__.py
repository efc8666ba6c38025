"""Messages to processes and browsers, and how they are sent."""
