"""The inference server: a process of its own that holds models and answers images with predictions.

`app` speaks HTTP and nothing else; `dataplane` is the one path a prediction takes; `registry` decides which
model answers; `scheduler` shares the processor between them. Nothing here knows the platform's database.
"""
