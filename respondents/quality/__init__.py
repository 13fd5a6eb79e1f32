"""Quality: what the rules flag, what a person decides of it, and how long pages take."""
