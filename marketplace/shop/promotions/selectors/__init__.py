"""Reads of promotions: for baskets, for orders, and for the pages that keep them."""
