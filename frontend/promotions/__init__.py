"""What the office and the portal share of their pages of vouchers and campaigns."""
