"""Address books: Oscar's user addresses, which fit as they are."""
