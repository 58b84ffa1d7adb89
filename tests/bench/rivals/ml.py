"""MLServer over our predictor: the runtime that a `model-settings.json` names."""

from __future__ import annotations

import base64
import os

import orjson
from mlserver import MLModel
from mlserver.types import InferenceRequest, InferenceResponse, ResponseOutput

from training.ml.images import load_rgb
from training.ml.predictor import Predictor


class Segment(MLModel):  # type: ignore[misc]
    """One image a request, as base64; the answer is the predictions' JSON."""

    async def load(self) -> bool:
        self.predictor = Predictor(
            os.environ["BENCH_BUNDLE"], runtime="openvino", threads=int(os.environ["BENCH_THREADS"])
        )
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        data = payload.inputs[0].data.root[0]
        image = load_rgb(base64.b64decode(data))
        _, predictions = self.predictor.predict(image)
        content = orjson.dumps({"predictions": predictions}, option=orjson.OPT_SERIALIZE_NUMPY).decode()
        output = ResponseOutput(name="predictions", shape=[1], datatype="BYTES", data=[content])
        return InferenceResponse(model_name=self.name, outputs=[output])
