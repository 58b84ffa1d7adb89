"""Looking at uploaded files: what they are, whether they decode, and pictures made from them. Pure Pillow."""
