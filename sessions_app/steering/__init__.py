"""What a tool call does: to the scene, and in the browsers that show it."""
