"""A field before it is in the field: the real statements of places, on tables of their own and a clock that is told its time."""
