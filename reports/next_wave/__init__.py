"""The next wave of a study: copied from an earlier one with everything that a fieldwork needs, and checked like a loaded study."""
