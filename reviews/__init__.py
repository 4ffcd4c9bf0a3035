"""Oscar's catalogue reviews, forked, and the seller's note from 1 to 5.

Owns Oscar's label `reviews`; a second app with it would stop Django from starting.
"""
