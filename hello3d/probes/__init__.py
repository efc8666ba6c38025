"""What operators and their programs ask: is it alive, is it ready, how is it doing."""
