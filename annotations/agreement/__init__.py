"""How far several people's answers to one image agree, and what most of them say. Pure: NumPy, SciPy and
pycocotools on shapes as the API shows them (`{"class", "polygons"|"mask"|"bbox", "z", …}`).
"""
