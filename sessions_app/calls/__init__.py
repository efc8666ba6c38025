"""Records of tool calls, and the statistics derived from them."""
