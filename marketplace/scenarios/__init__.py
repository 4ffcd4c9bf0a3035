"""Scenarios: one readable file each says what happens to money, and what must follow.

docs/algorithms/scenarios.md describes the files. The runner plays buyers, sellers,
operators, the worker and Stripe's side at once, so it stands above every interface; it
writes to a database and a sandbox of its own.
"""
