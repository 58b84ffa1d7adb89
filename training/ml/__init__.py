"""The training core: models, data, losses, metrics, the training child, bundles and the predictor.

It knows files, not the web: a dataset manifest and a specification come in, `metrics.jsonl`, checkpoints and
bundles go out. Importing a module of it never imports Django, and `bundle`, `images`, `predictor` and
`describe` import no torch.
"""
