"""The stranger's walk: somebody signed in asks everywhere for what is not theirs."""
