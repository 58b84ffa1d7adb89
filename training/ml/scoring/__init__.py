"""What an evaluation keeps of each image, as arrays of `training.scores.store`."""
