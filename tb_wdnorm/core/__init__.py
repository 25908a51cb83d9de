"""The mathematics of channel norms: pure functions on NumPy arrays."""
