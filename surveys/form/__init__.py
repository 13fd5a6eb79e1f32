"""The form that people fill: pages drawn once and filled in microseconds, and what they post read and judged."""
