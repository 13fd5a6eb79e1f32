"""Figures beside the same ones elsewhere: how far two waves compare, the trend through all of them, and outside references."""
