"""What may be typed about planning, by subject."""
