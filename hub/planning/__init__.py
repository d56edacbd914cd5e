"""What takes long to work out: shift plans and "what if", each in a process that yields."""
