"""What things sense: the table of observations, what devices write, and the language that asks for them."""
