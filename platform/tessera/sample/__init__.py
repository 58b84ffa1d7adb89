"""The sample data set: squirrels and butterflies, drawn by code, the same on every machine.

Real JPEG files and one COCO file. The outlines are those of the drawn pixels: what is hidden behind another
animal, a leaf or a blade of grass is not annotated, and what shines through a curled tail is a hole.
"""
