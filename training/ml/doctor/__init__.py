"""Errors in labels, found with a model that has not seen them."""
