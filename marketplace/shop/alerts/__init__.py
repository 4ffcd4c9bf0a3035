"""Tell me when it is back, or costs less: products that somebody waits for.

Oscar's `customer.ProductAlert` is not used: it knows neither a seller's offer nor a
price, its one key both confirms and ends it, and its mails are sent by a signal, in the
request that stocks the shelf. Saved searches (`search.saved`) are the pattern here: an
address is asked once whether it wants this, told once, and every mail can end it.
"""
