"""Click to segment: an engine process that looks at images and answers clicks, and what speaks to it."""
