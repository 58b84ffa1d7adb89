"""An export as a ZIP that runs by itself: the model, what it is, and a script that says what it sees.

The script uses the same sources as the platform, which lie in `lib/`: what is read from the outputs there is
what is read from them here.
"""
