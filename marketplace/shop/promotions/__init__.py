"""Vouchers (with a code) and campaigns (without): what they give, and who pays it.

Oscar's offers and vouchers are not used: docs/decisions/0004 says why. `reckoning` is
pure; baskets and orders ask it alike, so what was shown is what is frozen.
"""
