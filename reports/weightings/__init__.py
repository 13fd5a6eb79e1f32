"""Weightings: how each wave is weighted, what each scheme gives, what stays of it, and weights made elsewhere."""
