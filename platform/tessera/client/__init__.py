"""Speaks to a running platform over its public API: what the command line and the demo do."""
