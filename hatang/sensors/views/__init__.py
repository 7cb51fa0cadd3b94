"""Pages and addresses of things."""
