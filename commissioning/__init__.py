"""What the council plans to buy or fund, talked over in public, and the monthly circular that tells of it."""
