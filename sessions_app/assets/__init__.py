"""Files that are brought into scenes: fetched, checked, stored, served, and removed unneeded."""
