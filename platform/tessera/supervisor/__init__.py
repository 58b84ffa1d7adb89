"""`tessera up`: one foreground process that starts, watches, restarts and stops the platform's processes.

It imports no Django and has one thread, so that it stays small and can fork safely.
"""
