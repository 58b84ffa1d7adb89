"""Other model servers, given the same model file and the same steps before and after it."""
