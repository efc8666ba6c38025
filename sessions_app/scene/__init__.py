"""The scene document, and the operations that change and describe it, in pure Python."""
