"""Int8: after training, calibrated on images and within a budget of accuracy, or learned in training."""
