"""What the program can do, without a window; the only room that reads resources/."""
