"""A run's map: what it draws, and its tiles."""
