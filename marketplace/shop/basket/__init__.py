"""Oscar's basket, forked: a line keeps the seller's offer that the buyer chose."""
