"""The papers that leave the program: their lines, and PDF, HTML and text made from them."""
