"""What was tried and does not work: told before anybody asks."""

# Formats that people look for, to why they are not made.
ABSENT: dict[str, str] = {
    "coreml": "CoreML runs on Apple's systems only: what is written here could not be compared with its "
    "model, and no export is offered unseen. Take ExecuTorch, or ONNX with ONNX Runtime's CoreML provider.",
}

# torch.export, which the exported program and both edge formats begin with, goes through a network once.
BRANCHES = (
    "torch.export follows no branch on a stored number, and this network has one: whether its attention is "
    "still masked. Choose TorchScript or ONNX."
)

# (format, architecture) to why its network cannot be written so.
CANNOT: dict[tuple[str, str], str] = {
    ("torch_export", "eomt"): BRANCHES,
    ("executorch", "eomt"): BRANCHES,
    ("litert", "eomt"): BRANCHES,
    (
        "torch_export",
        "mask2former",
    ): "torch.export cannot trace the attention masks of its shifted windows. Choose TorchScript or ONNX.",
    (
        "torch_export",
        "maskformer",
    ): "an exported program of its shifted windows does not run again once it is loaded. Choose TorchScript "
    "or ONNX.",
}
