"""`make run`: a whole copy of the market under one supervisor.

honcho was looked at: it restarts nothing and multiplexes output well, but it starts
everything at once, knows no readiness, keeps no log per program, and its children
outlive it when it is killed. The little that is needed is here.
"""
