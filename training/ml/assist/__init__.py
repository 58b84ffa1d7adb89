"""Click to segment: engines that turn clicks and a box on an image into the mask of the object meant.

An engine looks at an image once (`prepare`) and answers clicks on it many times (`segment`). `classical`
needs no weights; `sam` runs the SAM family of transformers. `catalogue` says which of them are there.
"""
