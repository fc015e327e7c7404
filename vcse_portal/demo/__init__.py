"""A believable borough made of operations: everything in it could have been typed by a person."""
