"""Publications: figures frozen with the evidence that proves them."""
