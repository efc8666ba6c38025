"""`make soak`: a crowd on two workers for minutes, then everything is counted again."""
