"""How busy an NVIDIA GPU is, from the driver's own library; nothing where that is not here."""

import ctypes
import ctypes.util
from typing import Any


class _Utilisation(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class Meter:
    """One GPU, by the identifier that CUDA gives it: its number here may be another than the driver's."""

    def __init__(self, uuid: str) -> None:
        self.handle = ctypes.c_void_p()
        self.library: Any = None
        try:
            library = ctypes.CDLL(ctypes.util.find_library("nvidia-ml") or "libnvidia-ml.so.1")
            found = library.nvmlInit_v2() == 0 and (
                library.nvmlDeviceGetHandleByUUID(name_of(uuid), ctypes.byref(self.handle)) == 0
            )
        except (OSError, AttributeError):
            return
        self.library = library if found else None

    def percent(self) -> float | None:
        """The share of the last moments in which the GPU computed, 0…100; None where that is not known."""
        reading = _Utilisation()
        known = self.library is not None and (
            self.library.nvmlDeviceGetUtilizationRates(self.handle, ctypes.byref(reading)) == 0
        )
        return float(reading.gpu) if known else None


def name_of(uuid: str) -> bytes:
    """The identifier as the driver spells it."""
    return (uuid if uuid.startswith(("GPU-", "MIG-")) else f"GPU-{uuid}").encode()
