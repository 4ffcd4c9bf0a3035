"""Oscar's wish lists, forked: several named lists of things a buyer may want.

Its tables fit and are kept. What differs: a thing remembers the price it had when it
was put there, so that a page can say what it costs less by now; a list is named in
addresses by an opaque id (Oscar's six characters can be tried out); and it is shared by
a secret of its own that can be taken back, not with people who must sign in. Oscar's
quantities, shared addresses and visibility stay unused.
"""
