"""Radio: propagation methods by source, antennas, link budgets, services; numbers in, numbers out."""
