"""What requests and answers share: addresses, origins, bodies, what pages may load."""
