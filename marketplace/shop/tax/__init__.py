"""Tax rates: a product's tax class and the destination give the rate."""
