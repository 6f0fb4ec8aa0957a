"""Thank: the customer's side, without an account."""
