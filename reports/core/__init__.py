"""What is published, as arithmetic: weights, shares, sentences; no Django, no database."""
