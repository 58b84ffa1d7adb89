"""From a manifest to batches: samples, augmentations, order."""
