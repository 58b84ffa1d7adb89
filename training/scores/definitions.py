"""What each metric means, and where it is defined."""

from __future__ import annotations

Definition = dict[str, str]


def _one(name: str, title: str, definition: str, formula: str, source: str, url: str = "") -> Definition:
    return {
        "name": name,
        "title": title,
        "definition": definition,
        "formula": formula,
        "source": source,
        "url": url,
    }


_VOC = "Everingham et al. 2010, The PASCAL Visual Object Classes Challenge, section 4.2"
_VOC_URL = "https://doi.org/10.1007/s11263-009-0275-4"
_COCO = "Lin et al. 2014, Microsoft COCO, and its evaluation code"
_COCO_URL = "https://cocodataset.org/#detection-eval"
_PQ = "Kirillov et al. 2019, Panoptic Segmentation, section 4.1"
_PQ_URL = "https://arxiv.org/abs/1801.00868"
_COUNTS = (
    "tp, fp and fn are the pixels of a class that are hit, wrongly given and missed, summed over all images; "
    "ignored pixels do not count."
)

DEFINITIONS: list[Definition] = [
    _one(
        "iou",
        "IoU",
        f"Intersection over union of a class. {_COUNTS}",
        "tp / (tp + fp + fn)",
        _VOC,
        _VOC_URL,
    ),
    _one(
        "miou",
        "Mean IoU",
        "The mean of the IoU of the classes that are in the truth or were predicted, the background among "
        "them where the project has one.",
        "mean over classes of tp / (tp + fp + fn)",
        "Long et al. 2015, Fully Convolutional Networks for Semantic Segmentation, section 5",
        "https://arxiv.org/abs/1411.4038",
    ),
    _one(
        "frequency_weighted_iou",
        "Frequency-weighted IoU",
        "The IoU of each class, weighted by its share of the truth's pixels.",
        "sum over classes of share * IoU",
        "Long et al. 2015, section 5",
        "https://arxiv.org/abs/1411.4038",
    ),
    _one(
        "f1",
        "F1 (Dice)",
        "Harmonic mean of precision and recall, which is the Dice coefficient; the mean over classes. "
        f"{_COUNTS}",
        "2 tp / (2 tp + fp + fn)",
        "Dice 1945, Measures of the Amount of Ecologic Association Between Species",
        "https://doi.org/10.2307/1932409",
    ),
    _one(
        "precision",
        "Precision",
        "Of the pixels that were given the class, the share that has it; the mean over classes, 0 for "
        "a class "
        "that was never given.",
        "tp / (tp + fp)",
        "Van Rijsbergen 1979, Information Retrieval, chapter 7",
    ),
    _one(
        "recall",
        "Recall",
        "Of the pixels that have the class, the share that was given it; the mean over classes, 0 for "
        "a class "
        "that is not in the truth.",
        "tp / (tp + fn)",
        "Van Rijsbergen 1979, Information Retrieval, chapter 7",
    ),
    _one(
        "pixel_accuracy",
        "Pixel accuracy",
        "The share of pixels that were given their class.",
        "right pixels / pixels",
        "Long et al. 2015, section 5",
        "https://arxiv.org/abs/1411.4038",
    ),
    _one(
        "boundary_f1",
        "Boundary F1",
        "F1 of the pixels on the outlines of a class: one is matched where the other mask has a "
        "boundary pixel "
        "of the class within 0.75 % of the image's diagonal, at least one pixel. Counts are summed "
        "over images; "
        "the mean over classes.",
        "2 P R / (P + R) of boundary pixels",
        "Csurka et al. 2013, What is a good evaluation measure for semantic segmentation?",
        "https://doi.org/10.5244/C.27.32",
    ),
    _one(
        "loss",
        "Loss",
        "Of models that label pixels the cross-entropy, in nats, over a regular grid of at most "
        "65,536 pixels "
        "an image, the mean over images. Of models of objects 1 minus the F1 of an image's objects at an IoU "
        "of 0.5 and a score of 0.5.",
        "mean of -log p(truth)",
        "Goodfellow et al. 2016, Deep Learning, section 3.13",
        "https://www.deeplearningbook.org",
    ),
    _one(
        "ece",
        "Expected calibration error",
        "How far confidence and accuracy lie apart: answers go into 15 equal bins by their "
        "confidence, of each "
        "the gap between mean confidence and share of right ones, weighted by the answers in it. Of "
        "pixels over "
        "a regular grid of at most 65,536 an image; of objects those that score at least 0.1, right "
        "at an IoU "
        "of 0.5.",
        "sum over bins of share * |accuracy - confidence|",
        "Guo et al. 2017, On Calibration of Modern Neural Networks, equation 5",
        "https://arxiv.org/abs/1706.04599",
    ),
    _one(
        "confidence",
        "Confidence",
        "The highest probability, the mean over the image; of objects the mean of their scores.",
        "mean of max p",
        "Guo et al. 2017, section 2",
        "https://arxiv.org/abs/1706.04599",
    ),
    _one(
        "entropy",
        "Entropy",
        "How the probability is spread over the classes, 0 where the model is sure and 1 where all "
        "are alike; "
        "the mean over the image.",
        "-sum of p log p / log n",
        "Shannon 1948, A Mathematical Theory of Communication, section 6",
        "https://doi.org/10.1002/j.1538-7305.1948.tb01338.x",
    ),
    _one(
        "map",
        "Mask AP",
        "Average precision of objects by their masks: the mean over ten IoU thresholds from 0.5 to 0.95, 101 "
        "recalls and the classes, with at most 100 objects an image.",
        "mean of the highest precision at or beyond each recall",
        _COCO,
        _COCO_URL,
    ),
    _one(
        "average_precision",
        "Average precision of a class",
        "The precision at each threshold of the class's score, weighted by the recall gained there, from the "
        "highest threshold down. Of pixels every probability of the class counts, whatever label is more "
        "probable; of objects one is right at an IoU of 0.5.",
        "sum of precision * recall gained",
        "Manning et al. 2008, Introduction to Information Retrieval, section 8.4",
        "https://nlp.stanford.edu/IR-book/",
    ),
    _one(
        "map50", "Mask AP at IoU 0.5", "Mask AP at the one threshold 0.5.", "AP(IoU = 0.5)", _COCO, _COCO_URL
    ),
    _one(
        "map75",
        "Mask AP at IoU 0.75",
        "Mask AP at the one threshold 0.75.",
        "AP(IoU = 0.75)",
        _COCO,
        _COCO_URL,
    ),
    _one(
        "map_small",
        "Mask AP, small",
        "Mask AP of objects of at most 32 x 32 pixels.",
        "AP(area <= 32²)",
        _COCO,
        _COCO_URL,
    ),
    _one(
        "map_medium",
        "Mask AP, medium",
        "Mask AP of objects of 32 x 32 to 96 x 96 pixels.",
        "AP(32² <= area <= 96²)",
        _COCO,
        _COCO_URL,
    ),
    _one(
        "map_large",
        "Mask AP, large",
        "Mask AP of objects of at least 96 x 96 pixels.",
        "AP(area >= 96²)",
        _COCO,
        _COCO_URL,
    ),
    _one(
        "pq",
        "Panoptic quality",
        "Segments of truth and prediction match where they overlap by an IoU above 0.5; the mean over "
        "classes "
        "of segmentation quality times recognition quality.",
        "SQ * RQ = sum of IoU over matches / (tp + fp / 2 + fn / 2)",
        _PQ,
        _PQ_URL,
    ),
    _one("sq", "Segmentation quality", "Mean IoU of matched segments.", "sum of IoU / tp", _PQ, _PQ_URL),
    _one("rq", "Recognition quality", "F1 of segments.", "tp / (tp + fp / 2 + fn / 2)", _PQ, _PQ_URL),
    _one(
        "interval",
        "95 % interval",
        "Images are drawn with replacement 1,000 times (fewer where there are many objects), with a "
        "fixed seed, "
        "and the metric is taken of each draw: the interval holds the middle 95 % of them.",
        "quantiles 0.025 and 0.975",
        "Efron and Tibshirani 1993, An Introduction to the Bootstrap, section 13.3",
        "https://doi.org/10.1201/9780429246593",
    ),
]
