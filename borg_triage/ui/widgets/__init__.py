"""One widget per kind of item, and the small parts that pages share."""
