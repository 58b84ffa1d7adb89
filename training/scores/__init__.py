"""An evaluation as counts per image, and every metric as a sum over chosen images of them. NumPy only: the
training core and the web share one definition.
"""
