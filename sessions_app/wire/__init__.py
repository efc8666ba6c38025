"""What processes and browsers are sent, and on which way."""
