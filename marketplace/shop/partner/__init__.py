"""Oscar's partner app, forked: a stock record is a seller's offer.

Differs in columns that hot pages read without a join upward: whether the seller sells,
their note and score, an offer's condition, handling time and limits.
"""
