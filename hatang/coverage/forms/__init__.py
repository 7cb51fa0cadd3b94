"""What may be typed or uploaded about coverage."""
