"""One class per page of the window."""
