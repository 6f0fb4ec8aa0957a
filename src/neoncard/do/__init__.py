"""Do: today's ideas, and the right act beside the ticket or at the counter."""
