"""Oscar's basket, except that a line keeps the offer that the buyer chose.

Pages read `selectors.contents_of` and write through `services`. What promotions give is
reckoned by `marketplace.shop.promotions`; Oscar's offers and vouchers are not applied,
because an order would not know who funds them.
"""
