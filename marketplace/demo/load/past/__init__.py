"""Ninety days of the market's past, lived through the product's own flows.

A diary holds what will happen when; each event runs a flow at its own moment and writes
what follows from it into the diary. What would happen after `now` never does, so the
newest orders stand wherever they have got to. Stripe's part is collected meanwhile and
imported into the sandbox at the end.
"""
