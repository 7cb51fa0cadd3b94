"""Pages about figures, the forms and returns that ask for them, and what is made of them."""
