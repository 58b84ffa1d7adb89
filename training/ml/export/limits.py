"""What was tried and does not work: told before anybody asks."""

# (format, architecture) to why its network cannot be written so.
CANNOT: dict[tuple[str, str], str] = {
    (
        "torch_export",
        "eomt",
    ): "torch.export follows no branch on a stored number, and this network has one: whether its attention "
    "is still masked. Choose TorchScript or ONNX.",
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
