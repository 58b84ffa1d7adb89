"""How a model stands corrupted images, tiling and other input sizes."""
