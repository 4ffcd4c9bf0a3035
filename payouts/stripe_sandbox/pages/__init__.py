"""The sandbox's own pages: payment, 3-D Secure, onboarding, Express, the panel."""
