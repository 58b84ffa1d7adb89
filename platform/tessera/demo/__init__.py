"""`tessera demo`: the main job from pictures to a served model, by the same API that everybody has."""
