"""The fields by which a run makes a model smaller. Imports no torch."""

from training.ml.fields import Field

GROUP = "Compression"
STRUCTURED, UNSTRUCTURED, TWO_OF_FOUR = "structured", "unstructured", "2:4"
METHODS = {
    STRUCTURED: "Whole heads and channels leave: smaller and faster in every runtime and on every machine.",
    UNSTRUCTURED: "Single weights become zero and stay it: the file compresses better, but the runtimes here "
    "multiply by zeros as by anything else.",
    TWO_OF_FOUR: "Two of every four weights become zero: faster with TensorRT on NVIDIA GPUs from Ampere on, "
    "and nowhere else.",
}
# What a model that labels no pixels cannot learn.
DISTILLATION = ("distillation", "distillation_temperature")

COMPRESSION = (
    Field(
        "pruning",
        "float",
        0.0,
        "Part of the loaded model's heads and channels (or weights) that leaves before the first step, the "
        "least important first; at least a tenth of each layer stays. 2:4 takes 0.5.",
        GROUP,
        0,
        0.9,
    ),
    Field(
        "pruning_method",
        "choice",
        STRUCTURED,
        "structured takes whole heads and channels: smaller and faster everywhere. unstructured and 2:4 set "
        "weights to zero and hold them there: 2:4 is faster with TensorRT on NVIDIA GPUs from Ampere on, "
        "unstructured is for files that are compressed afterwards.",
        GROUP,
        choices=tuple(METHODS),
    ),
    Field(
        "pruning_importance",
        "choice",
        "taylor",
        "How heads and channels are ranked: by what the loss on a few batches would change without them "
        "(taylor), or by the size of their weights.",
        GROUP,
        choices=("taylor", "magnitude"),
    ),
    Field(
        "pruning_spread",
        "choice",
        "uniform",
        "uniform takes the same part of each layer; global takes what matters least for its size, wherever "
        "it is.",
        GROUP,
        choices=("uniform", "global"),
    ),
    Field(
        "distillation",
        "float",
        0.0,
        "How much of the loss is to answer as the teacher does; the rest is the labels'. It wants a teacher.",
        GROUP,
        0,
        1,
    ),
    Field(
        "distillation_temperature",
        "float",
        2.0,
        "How soft the teacher's answers are made: higher shows more of what it holds for nearly right.",
        GROUP,
        0.5,
        20,
    ),
    Field(
        "quantization_aware",
        "bool",
        False,
        "Round weights and inputs of the layers to int8 while training, so that an int8 export loses less. "
        "For a short run at a low rate on weights that are trained.",
        GROUP,
    ),
)
