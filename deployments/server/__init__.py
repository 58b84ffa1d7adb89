"""The inference server: a process that answers images with predictions, and an engine process for each model.

`app` speaks HTTP and nothing else; `dataplane` is the one path a prediction takes; `registry` decides which
model answers; `scheduler` shares the processor between them; `engine` is what computes, and `life` sees that
there is one when it is needed. Nothing here knows the platform's database.
"""
