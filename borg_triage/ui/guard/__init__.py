"""What guards the open window: the cover, and all that locks it. Imported after the first painting."""
