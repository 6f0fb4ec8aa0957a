"""Programs for those who work on Neoncard; nothing the product needs."""
