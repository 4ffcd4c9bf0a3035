"""The sandbox's own control API under `/_sandbox/`.

README.md beside this file is the contract: clock, webhooks, faults, onboarding,
3-D Secure, disputes, payouts, deliveries, books and the bulk import of a past.
"""
