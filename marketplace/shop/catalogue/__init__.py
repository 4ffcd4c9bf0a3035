"""Oscar's catalogue, forked.

Opaque ids, attribute values in one JSONB column, moderation, and several identifiers
(EAN) of a product.
"""
