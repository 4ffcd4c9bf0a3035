"""A local Stripe: a process of its own, for trying out, developing and testing.

It speaks enough of Stripe's API for the unchanged `stripe` SDK to sell, split,
refund and pay out, keeps its state in one SQLite file, and moves no money.
It imports nothing of ours, and nothing of ours imports it.
"""
